"""English, as people speak it on the telephone: case, apostrophes and hyphens are already gone."""

from __future__ import annotations

import re

from vigie.callbot.understand.patterns import Patterns, words

_SOMEONE = (
    r"(?:(?:some|any)(?:one|body)(?: \w+)?|(?:a|an|the|your|some|another|real|live|actual) (?:\w+ )?(?:person|human|human being|agent|operator"
    r"|representative|rep|advisor|adviser|technician|engineer|manager|supervisor|expert|receptionist|team|people|man|woman)"
    r"|reception|customer service|support|people)"
)
_WORK = r"(?:production|plant|factory|line|lines|operations?|business|site|shop|store|warehouse|everything|office|workshop|team)"
_HALTED = r"(?:stopped|halted|down|blocked|at a standstill|standing still|paralysed|paralyzed|dead|stuck|shut down|out of (?:order|service|action))"

PATTERNS = Patterns(
    language="en",
    fillers=words(
        r"yes (?=hello|hi|good)", "uh+", "um+", "er+", "erm", "hm+", "mh+", "well", "hello", "hi", "hey", "good (?:morning|afternoon|evening)",
        "please", "thanks?", "thank you", "sir", "madam", "actually", "basically", "you know", "i mean", "like", "oh", "ah",
    ),  # fmt: skip
    yes=re.compile(
        r"\b(?:yes+|yeah+|yea|yep|yup|ya|aye|sure|correct|right|exact|exactly|absolutely|of course|affirmative|indeed|definitely|certainly"
        r"|that s (?:it|right|correct|the one|true)|i (?:do|am|have|agree|confirm|accept|would)|it (?:is|does|has)|we (?:do|are|have)"
        r"|ok|okay|true|totally|go ahead|there is|there are)\b"
    ),
    no=re.compile(
        r"\b(?:no+|nope|nah|nay|not at all|negative|none|never|nobody|no one|nothing|wrong|incorrect|false|neither|i refuse|refuse"
        r"|(?:absolutely|certainly|definitely|of course|really|probably) not|not (?:really|yet|quite|exactly|correct|right|true|that|me|now|okay|ok"
        r"|to my knowledge|that i know(?: of)?|the one|this time)"
        r"|(?:i |it |we |that |there |they )?(?:do|does|did|is|are|am|have|has|had|would|was|ca|wo)(?:n| no)? ?(?:t|not)\b(?: (?:think|believe) so| agree| want(?: to| it)?)?"
        r"|first time)\b"
    ),
    unsure=words(
        r"(?:i )?(?:do not|don t|dont|dunno|wouldn t) know", "dunno", "not sure", "unsure", "not certain", "maybe", "perhaps", "yes and no", "no idea", "it depends", "possibly",
        "i think", "i guess", "probably(?! not)", "no (?:problem|worries|doubt)", "not (?:wrong|bad)", "all right", "what", "pardon", "sorry", "repeat", "say that again", "why", "kind of", "sort of", "right now",
        "if", "whether",
    ),  # fmt: skip
    human=re.compile(
        rf"\b(?:speak|speaking|talk|talking|chat|explain) (?:\w+ )?(?:to|with) {_SOMEONE}\b"
        rf"|\b(?:put|connect|transfer|pass|get|give|send|switch|route) (?:me )?(?:\w+ )?(?:through )?(?:to |on to |over to |with )?{_SOMEONE}\b"
        rf"|\bput me through\b|\btransfer me\b|\b(?:want|need|prefer|like|get|have|demand) (?:to (?:reach|get|have|see) )?(?:a|an|some|the) (?:real |live |actual )?"
        r"(?:person|human|human being|agent|operator|representative|rep)\b|\b(?:real|live|actual|living) (?:person|human|agent|operator|people)\b|\bhuman being\b|\b(?:a|any) humans?\b"
        r"|\b(?:no|not|hate|stop|tired of|sick of|talk to|speak to) (?:\w+ ){0,3}(?:robots?|machines?|bots?|computer|recording|answering machine)\b"
        r"|\b(?:is|can|could|may) (?:there )?(?:anyone|anybody|someone|somebody) (?:there|here|real|help me|answer|pick up)\b|\b(?:someone|somebody) (?:real|human)\b"
    ),
    human_alone=re.compile(
        r"(?:i (?:want|need) |get me |give me |just |with |the |to )*(?:an? |the |real |live |another )*(?:human|humans|person|agent|operator|representative|rep|technician|engineer|advisor|adviser"
        r"|supervisor|manager|receptionist|reception|somebody|someone|anybody|anyone|customer service|real person|human being|help desk|people)(?: now| quick| quickly)?"
    ),
    human_not=words(
        "human (?:resources|error|factor|machine)", "(?:backup|monitoring|user|software|antivirus|mail|update|snmp|endpoint) agents?",
        r"(?:do not|don t|dont|no|not) (?:need|want|wish|have) (?:\w+ ){0,3}(?:human|person|agent|operator|someone|somebody|representative|anyone|anybody)",
        "first person", "in person", "third person",
    ),  # fmt: skip
    threat=words(
        "fire", "on fire", "flames", "explosion", "explod\\w+", "going to blow", "gas leak", "smell(?:s)? (?:of )?gas", "carbon monoxide", "poison\\w*", "injured", "injury", "injuries", "hurt", "wounded", "bleeding", "electrocuted", "electric shock",
        "unconscious", "not breathing", "can t breathe", "heart attack", "collapsed", "dying", "dead (?:man|woman|person|body)", r"(?:people|person|someone|somebody|man|woman|colleague|child|children|technician) (?:\w+ ){0,3}(?:trapped|stuck|locked) (?:in|inside|under)", r"(?:trapped|stuck) in (?:the |an? )?(?:lift|elevator|machine|press|tank|cold room)",
        "in danger", "(?:immediate|mortal|grave) danger", "toxic (?:\\w+ )?(?:leak|spill|fumes|gas)", "chemical (?:leak|spill)", "(?:ammonia|chlorine|acid) leak", "ambulance", "fire (?:brigade|service|department)", "suicid\\w+", "kill myself", "burn(?:t|ed) (?:badly|himself|herself)", "life threatening",
    ),  # fmt: skip
    threat_not=words(
        r"(?:no|not|nobody|no one|none|without|isn t|aren t|never|any) (?:\w+ ){0,4}(?:fire|flames|danger|injured|injury|injuries|hurt|explosion|bleeding|trapped|stuck|gas leak)",
        r"fire ?(?:wall|alarm|door|drill|detector|detection|panel|system|extinguisher|fox|stick|base|sprinkler|test|safety|hydrant|safe)s?", "fire up", "fires up", "does not fire", "burner", "(?:alarm|sensor|event|trigger) fire[ds]?",
    ),  # fmt: skip
    safe=words(
        r"(?:nobody|no one|none)(?: (?:is|s|was|at all|in danger|hurt|injured|here))*", r"(?:no|not|without|isn t|aren t) (?:\w+ ){0,4}(?:danger|injur\w+|risk|hurt|victims?)",
        "everyone is (?:fine|safe|ok|okay|out)", "everybody is (?:fine|safe|ok|okay|out)", "all safe", "we are (?:all )?(?:safe|fine)", "nothing dangerous",
    ),  # fmt: skip
    distress=words(
        "help me please", "please help me", "somebody help", "i can t (?:take|cope|go on|do this)(?: \\w+)?", "i cannot (?:take|cope|go on)", "i m (?:desperate|panicking|scared|terrified|in tears|at my wits end|losing it|so scared)", "i am (?:desperate|panicking|scared|terrified|in tears|at my wits end)",
        "i m begging you", "i beg you", "mayday", "i m crying", "i don t know what to do any ?more", "i m going to (?:die|lose my job)",
    ),  # fmt: skip
    anger=words(
        "fuck\\w*", "shit\\w*", "bullshit", "crap", "bastards?", "bitch", "assholes?", "arseholes?", "bloody (?:hell|machine|robot|useless|thing)", "damn (?:it|machine|robot|thing)?", "goddamn", "idiots?", "morons?", "stupid (?:machine|robot|thing|bot|people)", "you (?:are )?(?:all )?(?:useless|stupid|incompetent)",
        "useless (?:machine|robot|bot|people|lot)", "fed up", "sick of (?:this|you)", "this is (?:ridiculous|a disgrace|disgraceful|outrageous|unacceptable|a joke|insane)", "ridiculous", "outrageous", "for god s sake", "for christ s sake", "for fuck s sake", "shut up", "screw you", "go to hell", "piss off", "pissed off", "are you kidding me", "i ve had enough", "i have had enough",
    ),  # fmt: skip
    negation=r"(?:not|never|no|isn t|aren t) ",
    stopped=words(
        _HALTED, "standstill", r"nothing (?:\w+ )?(?:works|working|runs|running|moves)", r"(?:can t|cannot|can not|unable to|impossible to|couldn t) (?:\w+ ){0,2}?(?:work|produce|ship|continue|operate|run|do anything|carry on|invoice|sell|open)", "(?:no one|nobody) can work", "(?:complete|total) (?:stop|outage|shutdown|stoppage)", "everything (?:is |has )?stop(?:ped|s)", "all stopped", "blocking", "stop",
    ),  # fmt: skip
    stopped_not=words(
        rf"(?:not|isn t|aren t|never|hasn t|haven t|no|neither|nor|without)(?: \w+)? (?:{_HALTED}|blocking|stop|standstill|stopping)", r"stopped (?:once|twice|one time)", "it isn t stopped", r"(?:slow(?:ed)?|cut|write|written|note[d]?|turn(?:ed)?|sit|calm|went) down", "break(?:s|ing)? down", "non stop", r"down(?: to| by| from)", "(?:account|password|e ?mail|screen) (?:is )?(?:blocked|stuck)",
    ),  # fmt: skip
    all_stopped=words(
        rf"{_WORK} (?:\w+ ){{0,2}}?(?:is|are|has|have|s|completely|totally|entirely)? ?(?:\w+ )?{_HALTED}(?! (?:once|twice|sometimes|occasionally))", r"nothing (?:works|is working) any ?more", r"(?:nobody|no one) can (?:work|do anything)", r"(?:we|i) (?:can t|cannot|can not) (?:work|produce|ship|operate|do anything)(?: at all| any ?more)?", "(?:complete|total) (?:production )?(?:outage|shutdown|standstill|stoppage)", "impossible to (?:work|produce)", "at a (?:complete |total )?standstill",
    ),  # fmt: skip
    hindered=words(
        "hindered", "hindering", "slow(?:ed|er|ly)?(?: down)?", "partly", "partial(?:ly)?", "in part", "half", "degraded", "difficult(?:y|ies)?", "disrupted", "disturbed", "impaired", "limited", "reduced", "intermittent(?:ly)?", "some of (?:us|it|them)", "losing time", "sometimes", "manually", "workaround", "a (?:bit|little)", "somewhat", "affected", "impacted",
        r"(?:can|still|able to) (?:\w+ )?(?:work|working|carry on|continue|run|running)", "annoying", "carry on", "struggling",
    ),  # fmt: skip
    unaffected=words(
        r"(?:not|no|isn t|aren t|un|without|never)(?: \w+){0,2} (?:affected|impacted|impact|hindered|disrupted|effect|urgent|serious|critical)(?: at all)?", "unaffected", "not at all", "no impact", "everything (?:works|is working|is fine|runs|is ok|is okay)(?: normally| fine)?", "normal(?:ly)?", "nothing (?:serious|urgent|critical)", "just (?:a question|asking|an inquiry|information)", "none", "business as usual", "working fine", "(?:we are|i m|it s) fine",
    ),  # fmt: skip
    incident=words(
        "incidents?", "problems?", "issues?", "faults?", "errors?", "alarms?", "failures?", "failed", "broken", "broke", "breakdown", "bugs?", "crash\\w*", "outage", "down", "stopped(?: working)?", "not (?:working|responding|starting|printing)", r"(?:doesn t|does not|won t|will not|isn t|is not|can t|cannot) (?:\w+ )?(?:work|working|start|starting|respond|print|connect|open|log in|load)", "freez\\w+", "frozen", "stuck", "blocked", "slow", "leak\\w*", "no (?:network|internet|power|connection|signal)", "password", "badly", "malfunction\\w*", "technical", "out of order",
    ),  # fmt: skip
    assistance=words("how (?:do|can|to|should)", "help", "questions?", "using", "use", "explain", "show me", "information", "training", "advice", "i would like to know", "wondering", "guidance"),
    follow_up=words("already (?:\\w+ )?(?:called|made|opened|reported|raised|asked|rung|logged)", "follow(?:ing)? ?up", "my (?:ticket|case|request)", "our (?:ticket|case|request)", "existing (?:\\w+ )?(?:ticket|case|request)", "status of", "update on", "any news", "(?:ticket|case) number", "chasing", "calling back about", "previous (?:request|call|ticket)"),
    other=words("other", "something else", "anything else", "none of (?:these|those|them)", "neither"),
    no_code=words(r"(?:don t|do not|dont|haven t|have not|can t|cannot) (?:\w+ )?(?:have|know|got|find|see|the|it)", "no code", "without (?:a |the )?code", "what code", "which code", "no idea", "haven t"),
    key_words=words("press", "pressing", "key", "option", "choice", "number", "the", "it s", "i said", "answer", "i choose", "one i press", "button"),
    numbers={
        "zero": "0", "one": "1", "won": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
        "first": "1", "second": "2", "third": "3", "fourth": "4",
    },  # fmt: skip
    languages={
        "en": re.compile(r"^(?:in )?english$|\b(?:in|speak|speaking|prefer) english\b|\bi (?:don t|do not|can t) (?:speak|understand) french\b"),
        "fr": re.compile(r"^(?:in )?french$|\b(?:in|speak|prefer) french\b(?<!not speak french)(?<!don t speak french)(?<!can t speak french)"),
        "de": re.compile(r"^german$|\b(?:in|speak) german\b"),
        "es": re.compile(r"^spanish$|\b(?:in|speak) spanish\b"),
        "it": re.compile(r"^italian$|\b(?:in|speak) italian\b"),
        "nl": re.compile(r"^dutch$|\b(?:in|speak) dutch\b"),
        "pt": re.compile(r"^portuguese$|\b(?:in|speak) portuguese\b"),
    },
)
