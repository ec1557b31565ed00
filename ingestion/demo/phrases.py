"""Names and wordings of the synthetic charts. Our own lists: common names, invented streets, real towns with their ZIP codes."""

from __future__ import annotations

FEMALE_NAMES = (
    "Abigail", "Amara", "Beatriz", "Carmen", "Chloe", "Deborah", "Elena", "Fatima", "Grace", "Harriet", "Imani", "Ingrid", "Joanna",
    "Keiko", "Latoya", "Lucia", "Mabel", "Mei", "Nadia", "Olga", "Patience", "Renata", "Rosalind", "Sunita", "Teresa", "Ursula", "Vera",
    "Yolanda",
)  # fmt: skip
MALE_NAMES = (
    "Aaron", "Ahmed", "Bernard", "Carlos", "Clifford", "Dmitri", "Edwin", "Felix", "Gerald", "Hiroshi", "Isaac", "Jerome", "Kofi",
    "Leonard", "Luis", "Malik", "Nelson", "Oscar", "Pavel", "Quentin", "Rajesh", "Roland", "Stanley", "Terrence", "Victor", "Wendell",
    "Xavier", "Yusuf",
)  # fmt: skip
FAMILY_NAMES = (
    "Abbott", "Aguilar", "Bajwa", "Barnett", "Becker", "Caldwell", "Chen", "Cisneros", "Dawson", "Desai", "Eriksen", "Farrell",
    "Fontaine", "Gallagher", "Goldberg", "Haddad", "Hughes", "Ivanov", "Jimenez", "Kapoor", "Kowalski", "Larsen", "Lopez", "Mbaye",
    "McCarthy", "Nakamura", "Nguyen", "O'Brien", "Okafor", "Pereira", "Quinn", "Ramsey", "Rossi", "Santos", "Schneider", "Tanaka",
    "Thompson", "Underwood", "Vargas", "Wallace", "Xu", "Yilmaz", "Zimmerman",
)  # fmt: skip
STREETS = (
    "Alder Court", "Birchwood Drive", "Chapel Hill Road", "Dunmore Street", "Elmhurst Avenue", "Foundry Lane", "Granite Street",
    "Hillcrest Road", "Juniper Way", "Kingfisher Circle", "Lantern Street", "Meadowbrook Avenue", "Orchard Terrace", "Quarry Road",
    "Sycamore Street",
)  # fmt: skip
PLACES = (
    ("Worcester", "MA", "01604"), ("Springfield", "MA", "01108"), ("Providence", "RI", "02906"), ("Hartford", "CT", "06106"),
    ("Albany", "NY", "12208"), ("Manchester", "NH", "03104"), ("Portland", "ME", "04102"), ("Burlington", "VT", "05401"),
)  # fmt: skip
SIGNERS = (
    "Electronically signed by Priscilla Vance, MD, pager 4410",
    "Gordon Achebe, MD\nInternal Medicine, pager 4432",
    "E-signed: Lorraine Tully, NP (pgr 4456)",
    "Dictated and signed by Marcus Eide, DO, pager 4478",
)

HEADERS = (
    "PROGRESS NOTE\nPatient: {name}    MRN: {mrn}    DOB: {birth}\nDate of service: {day}",
    "Northfield Regional Medical Center - Clinic Note\n{name} | {mrn} | {birth} | {day}",
    "OFFICE VISIT {day}\nName: {name}\nBirthdate: {birth}\nMRN# {mrn}",
)
OPENINGS = (
    "{given} is a {age}-year-old {who} seen for follow-up.",
    "{age} y.o. {who} here for routine f/u.",
    "Scheduled visit for this {age}-year-old {who}, last seen several months ago.",
    "{given} returns for follow-up of chronic problems, age {age}.",
)
SYMPTOMS = (
    "chest pain", "shortness of breath", "palpitations", "dizziness", "leg swelling", "blurred vision", "black stools", "hematuria",
    "fever", "cough", "numbness of the feet", "weight loss", "falls", "headache", "nausea", "abdominal pain",
)  # fmt: skip
DENIALS = (
    "Denies {a}, {b} and {c}.",
    "No {a}, no {b}. Reports mild {c} now and then.",
    "Review of systems negative for {a}, {b} or {c}.",
    "Has had occasional {a} since the last visit but no {b} or {c}.",
)
MOODS = (
    "Takes medications as prescribed.", "Missed about two doses a week.", "Walks most days.", "Sleep is fair.",
    "No ED visits since the last appointment.", "Brought home readings today.", "Lives with family and manages own pills.",
)  # fmt: skip
FAMILY = (
    "Father had a myocardial infarction at 58. No family history of cancer.",
    "Mother with type 2 diabetes. Brother died of a stroke.",
    "No known family history of heart disease or diabetes.",
    "Sister with breast cancer at 49; parents lived into their eighties.",
    "Adopted, family history unknown.",
)
RESULTS = ("{lab} {value}.", "{lab} today: {value}.", "{lab} was {value}.")
TRENDS = ("{lab} {value} (previously {before}).", "{lab} {value}, was {before} at the last visit.", "{lab} went from {before} to {value}.")
STARTED = ("{problem}: start {drug}.", "{problem}. Begin {drug}, recheck next visit.", "For {problem}, prescribed {drug}.")
CHANGED = ("{problem}: changed from {old} to {drug}.", "{problem}, not at goal. Stop {old} and start {drug}.")
UNCHANGED = ("{problem}: stable, continue {drug}.", "{problem}. No change; remains on {drug}.", "Continue {drug} for {problem}.")
CONDITIONALS = (
    "If {d} occurs, call the clinic.", "Return sooner for {d}.", "Will consider further tests should {d} develop.",
    "Go to the ED for severe {d}.",
)  # fmt: skip
