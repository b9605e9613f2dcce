from vigie.config.cli import main

main()
