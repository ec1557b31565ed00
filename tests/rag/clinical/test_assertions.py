"""Negation, experiencer, time and certainty on sentences that are easy to get wrong. The mention stands in [brackets]."""

from __future__ import annotations

import pytest

from rag.clinical.assertions import Assertion, assess, assess_all
from rag.types import Span

CASES = """
present      | The patient has [chest pain].
present      | Admitted with [pneumonia] and started on antibiotics.
negated      | No [chest pain].
negated      | Denies [fever].
negated      | Denies chest pain, shortness of breath, nausea, vomiting, or [diarrhea].
negated      | Denies fevers, chills, night sweats, increased [thirst], or increased urination.
negated      | He denies any chest pain, palpitations and [syncope].
negated      | No murmurs, gallops, or [rubs].
negated      | Without [edema], cyanosis or clubbing.
negated      | No nausea, no vomiting, no [abdominal pain].
present      | Denies nausea but has [abdominal pain].
present      | No fever; [cough] for three days.
present      | Denies fever, reports [cough].
present      | No fever or chills, however [malaise] persists.
present      | Lungs clear, no wheezes, normal [heart sounds].
present      | No peripheral edema, mild [jaundice].
present      | She denies dyspnea, and she has [orthopnea].
present      | No acute distress, alert and [oriented].
negated      | No evidence of [pulmonary embolism].
negated      | There is no radiographic evidence of acute [fracture].
negated      | CT was negative for [hemorrhage].
negated      | [Pneumothorax] was not seen.
negated      | [Pulmonary embolism] was ruled out by CT.
negated      | MI was ruled out, [PE] was ruled out.
negated      | Ruled out for [myocardial infarction].
negated      | [Fever], chills and rigors were denied.
negated      | Fever, [chills] and rigors are absent.
negated      | Cough present, [fever] absent.
present      | [Cough] present, fever absent.
negated      | [Edema]: none.
negated      | [Fever]: no, cough: yes.
present      | Fever: no, [cough]: yes.
negated      | Never had [seizures].
negated      | The patient is a non-[smoker].
negated      | Abdomen is non-[tender].
negated      | She has never [smoked].
negated      | Neither fever nor [rash] was noted.
negated      | The wound is free of [erythema].
negated      | He does not have [diabetes].
negated      | He doesn't have any [numbness].
negated      | Pt. w/o [SOB] today.
negated      | [MRSA] screen: negative.
negated      | [HIV] negative.
negated      | Chest pain is absent, [dyspnea] is absent.
negated      | Not currently taking [warfarin].
negated      | No longer has [headaches].
negated      | Negative for chest pain, [palpitations], or edema.
negated      | Mother denies [fever] in the child.
negated      | The patient declined [influenza vaccine].
present      | No increase in the [pleural effusion].
present      | No change in the known [nodule].
present      | No significant interval change in the right [effusion].
present      | Not only [hypertension] but also gout.
present      | There was no improvement in [pain] with rest.
present      | No relief of [back pain] with ibuprofen.
present      | Ibuprofen did not relieve his [headache].
present      | Hypertension is not controlled on [lisinopril].
present      | His [asthma] is not well controlled.
present      | The [cough] has not resolved.
present      | No doubt this is [gout].
present      | Blood cultures grew gram negative [rods].
present      | No complications from his [diabetes].
present      | No side effects from [metformin].
present      | No wheezing since starting [albuterol].
present      | No chest pain despite known [coronary disease].
present      | No pain except in the left [knee].
present      | Denies missing doses of [metformin].
present      | She is unable to sleep due to [pain].
present      | Do not stop [aspirin] before the procedure.
family       | Mother had [breast cancer].
family       | Family history of [colon cancer].
family       | Family history: [diabetes], hypertension.
family       | Father with CAD, brother with [diabetes].
family       | Significant for [stroke] in his maternal grandmother.
family       | [Breast cancer] (mother).
family       | [Early heart disease] runs in the family.
family       | No family history of [breast cancer].
family       | Her sister has asthma and [eczema].
family       | Father died of [MI] at age 52.
present      | Mother has diabetes; patient has [asthma].
present      | Father had gout, and the patient has [gout] too.
present      | Her mother states that the patient has had [vomiting].
present      | Per mother, [fever] began yesterday.
present      | She lives with her mother and has [asthma].
present      | Accompanied by her daughter for evaluation of [dementia].
present      | Father of two, with [hypertension].
family       | The liver donor had [hepatitis C].
family       | Roommate was diagnosed with [influenza].
historical   | History of [myocardial infarction].
historical   | Past medical history significant for hypertension and [gout].
historical   | H/o [DVT] on warfarin.
historical   | S/p [appendectomy].
historical   | [Appendectomy] 10 years ago.
historical   | She had a [hysterectomy] in 1996.
historical   | [Pneumonia], resolved.
historical   | Had [asthma] as a child.
historical   | Quit [smoking] in 2005.
historical   | Former [smoker].
present      | A 60-year-old with a history of COPD who presents with [dyspnea].
present      | History of gout, now with [knee pain].
present      | History of present illness: [cough] for a week.
present      | [Chest pain] started 3 months ago.
negated      | No history of [seizures].
hypothetical | Return to the ED if [chest pain] recurs.
hypothetical | Call for fever, chills, or [worsening pain].
hypothetical | Watch for signs of [infection].
hypothetical | Acetaminophen as needed for [pain].
hypothetical | She is at increased risk of [falls].
hypothetical | Heparin for [DVT] prophylaxis.
hypothetical | Should you develop [rash], stop the drug.
hypothetical | Counseled on the risks of [bleeding].
hypothetical | Due for [colon cancer] screening.
hypothetical | Received [influenza] vaccine.
present      | She has signs of [dehydration] on examination.
uncertain    | Possible [pneumonia].
uncertain    | Findings concerning for [malignancy].
uncertain    | [Appendicitis] cannot be excluded.
uncertain    | [Pulmonary embolism] has not been ruled out.
uncertain    | Rule out [sepsis].
uncertain    | CT to r/o [PE].
uncertain    | Pneumonia versus [atelectasis].
uncertain    | [Viral syndrome] is likely.
uncertain    | Likely [gastroenteritis].
uncertain    | ?[UTI]
uncertain    | [UTI]?
uncertain    | [PE] is unlikely.
uncertain    | Differential includes GERD and [angina].
uncertain    | Cannot rule out [fracture].
uncertain    | This may represent [scar].
uncertain    | Low suspicion for [PE].
present      | He states the [pain] is in the shoulder and denies it radiates.
present      | The patient with [diabetes] declined influenza vaccine.
present      | [Anemia] is likely due to CKD.
uncertain    | Anemia is likely due to [CKD].
present      | Right knee [pain], possible ligament strain.
present      | CMV [infection] with possible pneumonitis.
present      | A 4 month history of [neck pain].
present      | She wants help to quit [smoking].
present      | There were complaints of pain, some question of blood in the stool, and [vomiting].
present      | The drug was stopped because of her [diabetes] and no other reason.
negated      | [Edema] absent in both legs.
negated      | ROS: Negative fever, chills, [cough].
negated      | INTEGUMENTARY: Negative rash, negative [jaundice].
negated      | Positive: cough. Negative: fever, [chills].
negated      | [DVT] and PE were ruled out.
negated      | [Fever] (-), cough (+).
present      | Fever (-), [cough] (+).
family       | She describes cancer, hypertension and [kidney disease] in her family.
family       | He has one sister with asthma and thought his mom might have had [diabetes] as well.
uncertain    | [PE] unlikely given the low D-dimer.
uncertain    | Concern for cellulitis, abscess, or [osteomyelitis].
hypothetical | The patient was told to return if he would have fevers, chills or [drainage].
present      | Possible pneumonia, and known [heart failure].
present      | Suspected sepsis in a patient with [cirrhosis].
"""


def _parsed(case: str) -> tuple[str, Span, str]:
    label, marked = (part.strip() for part in case.split("|"))
    start = marked.index("[")
    end = marked.index("]") - 1
    return marked.replace("[", "", 1).replace("]", "", 1), Span(start, end), label


@pytest.mark.parametrize("case", CASES.strip().splitlines())
def test_label(case: str) -> None:
    text, target, label = _parsed(case)
    assert assess(text, target).label == label


def test_no_family_history_is_negated_and_of_the_family() -> None:
    text = "No family history of breast cancer."
    found = assess(text, Span(21, 34))
    assert found == Assertion(negated=True, experiencer="family")
    assert found.label == "family"


def test_a_donor_is_neither_patient_nor_relative() -> None:
    assert assess("The liver donor had hepatitis C.", Span(20, 31)).experiencer == "other"


def test_readings_add_up() -> None:
    found = assess("No history of possible seizures.", Span(23, 31))
    assert found.negated
    assert found.uncertain


def test_section_makes_relatives_of_a_family_history_and_the_past_of_a_past_history() -> None:
    text = "Asthma, eczema."
    assert assess(text, Span(0, 6), "family_history").label == "family"
    assert assess(text, Span(0, 6), "past_medical_history").label == "historical"
    assert assess(text, Span(0, 6), "assessment").label == "present"


def test_list_item_is_read_with_its_lead_in() -> None:
    text = "The patient denies:\n- fever\n- cough\n\nPlan: rest.\n- fluids\n"
    cough, fluids = text.index("cough"), text.index("fluids")
    assert assess(text, Span(cough, cough + 5)).label == "negated"
    assert assess(text, Span(fluids, fluids + 6)).label == "present"


def test_cue_of_another_sentence_does_not_reach() -> None:
    text = "No fever. Cough for two days."
    assert assess(text, Span(10, 15)).label == "present"


def test_one_sentence_many_targets_in_their_order() -> None:
    text = "No fever but cough."
    labels = [found.label for found in assess_all(text, Span(0, len(text)), (Span(13, 18), Span(3, 8)))]
    assert labels == ["present", "negated"]


def test_mention_that_is_itself_a_cue_does_not_speak_of_itself() -> None:
    text = "Absent bowel sounds."
    assert assess(text, Span(0, 19)).label == "present"


def test_reading_is_bounded_in_a_long_text() -> None:
    text = "no " * 200_000 + "fever"
    assert assess(text, Span(len(text) - 5, len(text))).negated
