"""French, as people speak it on the telephone: accents, apostrophes and hyphens are already gone."""

from __future__ import annotations

import re

from vigie.callbot.understand.patterns import Patterns, words

_SOMEONE = (
    r"(?:quelqu ?un|une? (?:\w+ )?(?:personne|humain|humaine|conseiller|conseillere|technicien|technicienne|operateur|operatrice"
    r"|agent|responsable|interlocuteur|hotliner|expert|collegue|superieur|chef|etre humain|homme|femme|gars|standardiste)"
    r"|(?:le|la|au|l|votre|du|un|une) ?(?:\w+ )?(?:standard|standardiste|accueil|support|responsable|conseiller|technicien"
    r"|operateur|operatrice|service client|astreinte|superieur|hotline|equipe technique)"
    r"|l equipe)"
)
_PUT_THROUGH = r"(?:passez|passe|passer|mettez|mettre|transferez|transferer|connectez|basculez|redirigez|donnez|trouvez|appelez|envoyez)"
_WISH = r"(?:voudrais|veux|veut|souhaite|souhaiterais|aimerais|prefere|prefererais|peux|puis|pourrais|possible|besoin|faut|demande|exige)"
_WORK = r"(?:production|prod|usine|ligne|lignes|chaine|activite|fabrication|atelier|site|magasin|entrepot|service|boutique|exploitation|conditionnement|equipe)"
_HALTED = (
    r"(?:arrete(?:e|s|es)?|a l arret|en arret|stoppe(?:e|s|es)?|bloque(?:e|s|es)?|paralyse(?:e|s|es)?|immobilise(?:e|s|es)?"
    r"|interrompue?s?|hors service|a plat|morte?)"
)

PATTERNS = Patterns(
    language="fr",
    fillers=words(
        r"oui (?=bonjour|bonsoir|allo|alors j)", "euh+", "heu+", "hum+", "hm+", "mh+", "ben", "bah", "beh", "bin", "bon", "alors",
        "eh bien", "et bien", "bonjour", "bonsoir", "allo", "s il vous plait", "s il te plait", "svp", "merci", "madame",
        "monsieur", "en fait", "du coup", "voila", "enfin", "ecoutez", "attendez", "ah", "oh", "hein", "la", "quoi", "stp",
    ),  # fmt: skip
    yes=re.compile(
        r"\b(?:oui+|ouais|ouai|ouaip|ouep|ui|yep|exact|exactement|tout a fait|c est (?:bien )?(?:ca|cela|exact|le cas|juste|bon|correct|lui|vrai)"
        r"|affirmatif|absolument|bien sur|bien entendu|effectivement|d accord|dac|ok|okay|parfaitement|je confirme|en effet|carrement"
        r"|volontiers|evidemment|je veux bien|vrai|correct|j accepte|certainement|assurement|que oui|avec plaisir|entendu)\b"
        r"|^(?:mais |ah )?si(?: si)*$"
    ),
    no=re.compile(
        r"\b(?:non+|nan+|nope|na|negatif|pas du tout|du tout|aucun(?:e|ement)?|jamais|nullement|personne|rien|faux"
        r"|(?:absolument|certainement|surement|vraiment|toujours|surtout|carrement) pas|(?:bien sur |evidemment )?que non"
        r"|pas (?:exact|exactement|tout a fait|vraiment|d accord|ok|correct|vrai|ca|encore|le cas|question|besoin|moi|la|maintenant"
        r"|que je sache|a ma connaissance|lui|elle|juste|bon)"
        r"|(?:je |j |on |n )?(?:ne )?(?:crois|pense|veux|souhaite|accepte|confirme|prefere) pas|c est pas (?:ca|cela|le cas|lui|bon)"
        r"|je refuse|refuse|hors de question|premiere fois|vous vous trompez|erreur)\b"
    ),
    unsure=words(
        r"(?:je |j )?(?:ne )?(?:sais|sait) (?:pas|plus)", "aucune idee", "pas sur", "pas sure", "pas certain", "pas certaine", "peut etre",
        "oui et non", "ca depend", "mouais", "moui", "bof", "possible", "je crois", "probablement", "sans doute", "aucun doute",
        "pas de (?:probleme|souci|doute)", "pas faux", "comment", "pardon", "repetez", "pourquoi", "plus ou moins", "un peu",
        "si (?:vous|on|je|j|ca|c|tu)",
    ),  # fmt: skip
    human=re.compile(
        rf"\b(?:parler|discuter|echanger|dialoguer|causer|expliquer|communiquer|parle) (?:\w+ )?(?:a|au|avec|aux) (?:\w+ )?{_SOMEONE}\b"
        rf"|\b(?:avoir|joindre|voir|contacter|obtenir) (?:\w+ )?{_SOMEONE}(?: \w+)? (?:au (?:bout|telephone|tel)|en ligne|de vivant|de reel)"
        rf"|\b{_WISH} (?:\w+ ){{0,3}}(?:avoir|joindre|voir|contacter|obtenir|parler a|parler avec) (?:\w+ )?{_SOMEONE}\b"
        rf"|\b(?:voudrais|veux|souhaite|aimerais|prefere|demande|exige) (?:\w+ )?(?:un|une) (?:vrai |vraie )?"
        r"(?:humain|personne|etre humain|conseiller|conseillere|operateur|operatrice|interlocuteur|responsable)\b"
        rf"|\b{_PUT_THROUGH} (?:(?:moi|nous|le|la|vers|en relation|en contact|en ligne|en communication|avec|a|au|directement|donc) )*{_SOMEONE}\b"
        r"|\b(?:un|une|des|de l|l|d) ?(?:vrai |vraie |vrais )?(?:humain|humaine|etre humain)\b|^(?:vrai )?humain\b"
        r"|\b(?:vraie? (?:personne|humain|conseiller|technicien|gens|operateur)|personne (?:reelle|humaine|vivante|physique))\b"
        r"|\b(?:pas|plus|marre|assez|parler) (?:\w+ ){0,3}(?:robot|robots|machine|machines|automate vocal|repondeur|boite vocale|serveur vocal|disque)\b"
        r"|\b(?:je (?:ne )?(?:parle|cause|discute)|je (?:ne )?(?:veux|vais|souhaite)) pas (?:\w+ ){0,4}(?:robot|machine|repondeur)\b"
        r"|\b(?:y a|il y a|est ce qu il y a) quelqu ?un(?! (?:de|qui|d))\b"
        r"|\bquelqu ?un (?:s il vous plait|svp|de vivant|d humain|en vrai|au (?:telephone|bout))\b"
    ),
    human_alone=re.compile(
        r"(?:je (?:veux|voudrais|prefere) |mettez |donnez |avec |a |mais )?"
        r"(?:quelqu ?un|(?:un |une |le |la |l |des |du )?(?:vrai |vraie |autre )?(?:humain|humaine|conseiller|conseillere|technicien|technicienne"
        r"|operateur|operatrice|operatrices|operateurs|agent|responsable|interlocuteur|standard|standardiste|accueil|hotline|superviseur|assistance humaine"
        r"|service client|etre humain|gens)|une personne|la personne|vraie personne|de l humain|humains?)(?: vite| direct| directement| maintenant)?"
    ),
    human_not=words(
        "ressources humaines", r"(?:erreur|facteur|defaillance|intervention|moyens|corps|presence|vie)s? humaine?s?",
        r"(?:pas|plus) (?:la peine|besoin|envie|necessaire|utile) (?:\w+ ){0,4}(?:quelqu ?un|humain|personne|conseiller|technicien|operateur|agent)",
        r"(?:ne |n )?(?:veux|voudrais|souhaite|veut) pas (?:\w+ ){0,5}(?:quelqu ?un|humain|personne|conseiller|technicien|operateur|agent)",
        r"(?:arrive|arrivait|arrivent) (?:pas|plus) a (?:\w+ )?(?:joindre|parler a|contacter) (?:\w+ ){0,2}",
    ),  # fmt: skip
    threat=words(
        "(?:au|le|en|du) feu", "incendie", "en flammes?", "(?:a |va |peut |pourrait )?explos(?:e|er|ion|ions)", "fuite de gaz", "odeur de gaz", "ca sent le gaz",
        "intoxication", "intoxiquee?s?", "asphyxie", "monoxyde", "blessee?s?", "electrocutee?s?", "electrocution", "evanouie?s?",
        "inconsciente?s?", "ne respire (?:plus|pas)", "respire plus", "saigne(?:nt)?", "hemorragie", "crise cardiaque", "malaise", "mort", "morts",
        r"(?:personnes?|gens|quelqu ?un|collegue|technicien|monsieur|dame|enfants?|salarie|coincee? \w+) (?:\w+ ){0,3}(?:bloquee?s?|coincee?s?|enfermee?s?|prise?s? au piege) (?:dans|dedans|sous|a l interieur)",
        r"(?:bloquee?s?|coincee?s?|enfermee?s?) (?:dans|sous) (?:\w+ )?(?:ascenseur|cabine|machine|presse|chambre froide|cuve|monte charge)",
        r"en danger(?: de mort)?", "danger (?:immediat|de mort|grave|imminent)", "mort(?:s|el|elle)? imminente?", "va mourir", "vont mourir", "risque de (?:mort|blessure|brulure|electrocution|explosion)",
        "brulee?s? (?:au|a la|grave\\w*|vif)", "produit (?:toxique|dangereux|chimique) (?:\\w+ ){0,3}(?:fuit|coule|repand\\w*|sol)", "fuite (?:\\w+ ){0,2}(?:toxique|chlore|ammoniac|acide)",
        "pompiers?", "samu", "suicide\\w*", "me tuer", "me foutre en l air",
    ),  # fmt: skip
    threat_not=words(
        r"(?:pas|aucun|aucune|sans|ni|plus) (?:\w+ ){0,3}(?:feu|incendie|flammes|blessee?s?|danger|malaise|explosion|mort|morts|fuite de gaz|risque de \w+)",
        r"(?:personne|rien|nul)(?: n)? (?:est |n est |de |d |a ete )?(?:\w+ )?(?:en danger|blessee?s?|bloquee?s?|coincee?s?|mort)",
        r"(?:alarme|detecteurs?|detection|centrale|porte|systeme|securite|exercice|registre|consigne|compartimentage|vanne|reseau|poteau|ssi) (?:d )?(?:anti )?incendie",
        r"coupe feu", "pare feu", "feu (?:vert|rouge|orange|tricolore|de signalisation|arriere|avant)", r"temps mort", "point mort", "poids mort", "angle mort",
        r"(?:caserne|logiciel|vehicule|camion)s? (?:de |des )?(?:pompiers?|samu)", "mise? en danger de \\w+ donnees",
    ),  # fmt: skip
    safe=words(
        r"personne(?: n)? (?:est|n est|n est en|en|de blesse|de bloque)(?: \w+)?", r"(?:pas|aucun|aucune|sans|ni) (?:\w+ ){0,2}(?:danger|blessee?s?|risque|victimes?)",
        "tout le monde va bien", "tout va bien", "tout le monde est (?:sauf|en securite|dehors|sorti)", "(?:sommes|est) en securite", "rien de (?:grave|dangereux)",
        "aucun(?: \\w+)? humain", "danger pour personne",
    ),  # fmt: skip
    distress=words(
        "au secours", "a l aide", "aidez moi je vous en (?:prie|supplie)", "je vous en supplie", "j en peux plus", "je n en peux plus", "n en peux plus",
        "je craque", "je suis (?:completement |totalement )?(?:desesperee?|perdue?|paniquee?|en panique|a bout|au bout du rouleau|en larmes|terrifiee?)",
        "je panique", "c est la panique", "je pleure", "j ai (?:tres |trop )?peur", "je ne sais plus quoi faire", "je sais plus quoi faire",
        "je vais (?:craquer|mourir|perdre mon (?:travail|boulot))",
    ),  # fmt: skip
    anger=words(
        "merde", "putain", "bordel", "fait chier", "faites chier", "font chier", "fais chier", "emmerd\\w+", "connards?", "connasses?", "salope", "salauds?", "encul\\w+", "batards?",
        "(?:bande|espece|tas) de (?:cons?|nuls?|debiles?|abrutis?|idiots?|incapables?|guignols?|clowns?)", "sale con", "gros con", "va te faire \\w+", "allez vous faire \\w+", "ta gueule", "ferme la",
        "foutez de (?:moi|ma gueule|nous)", "foutre de ma gueule", "foutage de gueule", "moquez de (?:moi|nous)", "ras le bol", "j en ai (?:marre|assez|plein)", "marre de", "y en a marre", "c est (?:une honte|honteux|inadmissible|scandaleux|intolerable|inacceptable|n importe quoi|lamentable)",
        "scandaleux", "inadmissible", "incompetents?", "abrutis?", "debiles?", "bande de nuls", "je vais porter plainte", "nique", "fils de pute", "pute",
    ),  # fmt: skip
    negation=r"(?:pas|jamais|ni|non|aucunement|nullement|plus) ",
    stopped=words(
        _HALTED, "bloquante?s?", "tout (?:est )?(?:en panne|par terre|coupe|arrete|plante|tombe)", "en panne (?:totale|complete|generale)",
        r"(?:plus|pas) (?:\w+ ){0,2}rien (?:\w+ ){0,3}(?:marche|fonctionne|faire|sort|sortir|repond|tourne|produire)", r"plus rien(?: ne)?(?: \w+)?", r"rien ne (?:va|marche|fonctionne|tourne)(?: plus)?",
        r"(?:peut|peux|pouvons|peuvent|arrive|arrivons|arrivent) (?:plus|pas) (?:rien |du tout |a )?(?:\w+ ){0,2}(?:travailler|bosser|produire|continuer|fabriquer|livrer|expedier|preparer|analyser|facturer|vendre|encaisser|fonctionner|ouvrir|liberer|sortir|avancer)",
        r"personne (?:ne |n )?(?:peut|arrive|travaille|bosse)(?: plus)?", "impossible de (?:travailler|produire|continuer|bosser|livrer|facturer|expedier)", "totalement (?:arretee?|bloquee?)", "on est a l arret", "arret (?:complet|total|de production)", "au chomage technique", "tout s est arrete",
        r"plus (?:de|d) (?:production|prod|courant|vapeur|activite)", "arret",
    ),  # fmt: skip
    stopped_not=words(
        rf"(?:pas|jamais|ni|plus|nullement|non) (?:\w+ ){{0,2}}?(?:{_HALTED}|bloquante?|d arret|arret)", r"arretee? (?:une|deux) (?:seule )?fois",
        rf"sans (?:arret|etre {_HALTED}|s arreter)", "n arrete pas", "mot de passe bloque", r"(?:compte|session|mail|fichier|ecran|badge)s? (?:\w+ )?bloquee?s?", r"personne de (?:bloque|coince)e?",
    ),  # fmt: skip
    all_stopped=words(
        rf"{_WORK} (?:\w+ ){{0,4}}?(?:est|sont|etait|reste|a ete|s est|completement|totalement|toute|entierement)? ?(?:\w+ )?{_HALTED}(?! (?:une|deux|par moments?|parfois|des fois))",
        rf"(?:tout|toute (?:l |la )?{_WORK}|toutes les lignes) (?:\w+ )?(?:est |sont )?{_HALTED}", r"plus rien ne (?:marche|fonctionne|tourne|sort)", r"(?:personne (?:ne |n )?(?:peut|arrive a) (?:plus )?(?:travailler|bosser|produire|rien faire))",
        r"(?:on|nous) (?:ne )?(?:peut|peux|pouvons|arrive|arrivons) plus (?:a )?(?:rien (?:faire|produire)|travailler|produire|bosser|fabriquer|expedier|livrer)", "arret (?:complet|total) de (?:la )?production", r"(?:on|nous) (?:est|sommes) (?:tous |toutes |completement |totalement )?a l arret",
        "impossible de (?:travailler|produire)",
    ),  # fmt: skip
    hindered=words(
        "genee?s?", "genante?s?", "gene", "ralentie?s?", "ralenti", "au ralenti", "ralentissements?", "partiel(?:le|les|lement)?", "en partie", "a moitie", "la moitie", "de moitie", "perturbee?s?", "perturbations?",
        "degradee?s?", "degrade", "difficile(?:ment)?", "complique", "difficultes?", "penible", "lent(?:e|es|s)?", "lentement", "lenteurs?", "perd du temps", "perdons du temps", "perte de temps", "par moments", "de temps en temps",
        r"(?:travailler|bosser|continuer|tourne|produire|marche|fonctionne|avance) (?:\w+ ){0,2}mais", "tant bien que mal", "en (?:mode )?manuel", "mode degrade", "intermittence", "moins vite", "ca (?:rame|traine)", "freine\\w*", "impactee?s?", "touchee?s?", "affectee?s?", r"(?:on|je) peu[tx] (?:\w+ ){0,2}(?:continuer|travailler|bosser)",
        r"(?:on|j) arriv\w+ (?:\w+ )?a (?:continuer|travailler|bosser|produire)", "un peu",
    ),  # fmt: skip
    unaffected=words(
        r"(?:pas|aucun|aucune|sans|ni|nullement) (?:\w+ ){0,2}?(?:touchee?s?|affectee?s?|impactee?s?|impact|consequences?|incidence|genee?s?|genante?|gene|perturbee?s?|grave|urgent|critique|probleme de production)(?: du tout)?",
        "rien de (?:grave|bloquant|mechant|urgent)", "pas (?:bien )?mechant", r"(?:empeche|empechent) pas (?:de )?(?:\w+ )?(?:travailler|bosser|produire|tourner|continuer)?",
        "pas du tout", "tout (?:marche|fonctionne|va bien|tourne)(?: normalement| bien)?", "normalement", "(?:juste|simple) (?:une )?(?:question|renseignement|information)", "ca va", "non touchee?",
        "aucun(?:e)?", "nullement", "continue normalement", "rien de special",
    ),  # fmt: skip
    incident=words(
        "pannes?", "incidents?", "problemes?", "soucis?", "bugs?", "bugue?", "erreurs?", "alarmes?", "defauts?", "defaillance", "dysfonctionnements?", "anomalies?", "casse\\w*", "hs", "hors service",
        r"(?:marche|fonctionne|marchent|fonctionnent|repond|repondent|demarre|allume|imprime|charge|connecte|ouvre|affiche|remonte|communique|tourne|sort)(?: \w+)? (?:plus|pas|pu|mal)", "marche(?:nt)? mal", r"plus (?:de|d) (?:reseau|internet|courant|connexion|mail|telephone|wifi|image|son)", "plante\\w*", "bloque\\w*", "arrete\\w*", "a l arret", "coupee?s?", "coupure", "tombee?s? en panne", "se (?:fige|ferme|coupe|bloque)",
        "lent(?:e|eur|eurs)?", "rame", "fuite", "bruit", "ecran bleu", "inaccessible", "mot de passe", r"(?:arrive|peux|peut) (?:\w+ )?(?:plus|pas) (?:a )?(?:me |se )?(?:connecter|ouvrir|imprimer|acceder|demarrer)", "en rade", "deconne", "technique", "verrouillee?",
    ),  # fmt: skip
    assistance=words(
        "comment", "aide", "aider", "question", "questions", "utiliser", "utilisation", "utilise", "expliquer", "explication", "expliquez", "renseignements?", "information", "mode d emploi", "formation", "(?:je )?(?:voudrais|aimerais) savoir", "conseils?", "fonctionnalite", "prise en main", "montrer", "apprendre",
    ),  # fmt: skip
    follow_up=words(
        r"deja (?:\w+ )?(?:appele|appelee|telephone|contacte|signale|declare|ouvert|fait|une demande|un ticket|un dossier)", "suivi", "suivre", "relance\\w*", "ou en (?:est|sont|etes)", r"(?:mon|ma|notre|le|un) (?:\w+ )?(?:ticket|dossier|demande)(?: \w+)? (?:en cours|ouvert\w*|d hier|numero|precedent\w*|deja)", "mon ticket", "mon dossier", "ma demande", "notre ticket", "numero de (?:ticket|dossier)", "des nouvelles", "rappelle pour", "demande en cours", "la suite",
    ),  # fmt: skip
    other=words("autre", "autre chose", "autre demande", "aucun(?:e)? des?", "rien de tout ca", "ni l un ni l autre"),
    no_code=words(r"(?:ai|a|avons|connais|connait|trouve|vois|sais) (?:\w+ )?(?:pas|plus|aucun)", "pas de code", "aucun code", "sans code", "quel code", "aucune idee", "c est quoi"),
    key_words=words("tapez", "tape", "je tape", "touche", "option", "choix", "numero", "reponse", "la", "le", "l", "c est", "je dis", "j ai dit", "pour", "je choisis"),
    numbers={
        "zero": "0", "un": "1", "une": "1", "hun": "1", "deux": "2", "trois": "3", "quatre": "4", "cinq": "5", "six": "6", "sept": "7", "huit": "8", "neuf": "9",
        "premier": "1", "premiere": "1", "deuxieme": "2", "second": "2", "seconde": "2", "troisieme": "3", "quatrieme": "4",
    },  # fmt: skip
    languages={
        "en": re.compile(r"^(?:en )?anglais$|\b(?:en|parle|parler|parlez|preferer?|prefere) (?:\w+ )?anglais\b"),
        "fr": re.compile(r"^(?:en )?francais$|\b(?:en|parler|parlez(?: vous)?) francais\b"),
        "de": re.compile(r"\bauf deutsch\b|^deutsch(?: bitte)?$|\b(?:en|parler) allemand\b|^allemand$|\bsprechen sie deutsch\b|\bich spreche\b"),
        "es": re.compile(r"\ben espanol\b|^espanol(?: por favor)?$|\b(?:en|parler) espagnol\b|^espagnol$|\bhabla espanol\b|\bhablo\b"),
        "it": re.compile(r"\bin italiano\b|^italiano(?: per favore)?$|\b(?:en|parler) italien\b|^italien$|\bparla italiano\b|\bparlo\b"),
        "nl": re.compile(r"\bin het nederlands\b|^nederlands(?: alstublieft)?$|\b(?:en|parler) neerlandais\b|^neerlandais$"),
        "pt": re.compile(r"\bem portugues\b|^portugues(?: por favor)?$|\b(?:en|parler) portugais\b|^portugais$"),
    },
)
