"""Negation, experiencer, time and certainty on sentences that are easy to get wrong. The mention stands in [brackets]."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.clinical.assertions import Assertion, assess, assess_all
from rag.clinical.lexicon import load_words
from rag.types import Span
from tests.growth import grows_linearly, repeated

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
negated      | There is no evidence of acute cardiopulmonary disease or [effusion].
negated      | Patient is not experiencing any [nausea].
negated      | She has had no recurrence of [atrial fibrillation].
negated      | He has not had any further [chest pain].
negated      | The chest is clear without evidence of [consolidation].
negated      | Extremities: no clubbing, cyanosis, or [edema].
negated      | Skin: No [rash] or lesions.
negated      | Heart: RRR, no [murmur].
present      | Heart: [RRR], no murmur.
negated      | [Nausea]: denies. Vomiting: yes.
negated      | Patient reports no [alcohol use].
negated      | Tobacco: never [smoker].
negated      | NKDA. No known [drug allergies].
negated      | Does not use [illicit drugs].
negated      | Blood cultures negative for [bacteremia] at 48 hours.
negated      | Stress test was negative for [ischemia].
negated      | The [mass] is no longer visible.
negated      | She stopped taking lisinopril and is not on [losartan].
historical   | She stopped taking [lisinopril].
negated      | Patient without complaint of [dizziness].
negated      | Denied [suicidal ideation].
negated      | No SI/HI, no [hallucinations].
negated      | The patient was afebrile, without chills and without [rigors].
present      | Patient is positive for [influenza A].
present      | Cultures grew [MRSA].
present      | Patient does have [diabetes].
present      | The mass was not only large but also [calcified].
present      | He did not stop [metoprolol].
present      | No new complaints; [back pain] unchanged.
present      | Given no response to antibiotics, [pneumonia] was treated with steroids.
present      | [Creatinine] has not changed.
present      | Patient without improvement in [dyspnea].
present      | Not surprisingly, [obesity] persists.
present      | No longer able to walk because of [arthritis].
present      | There is no increase in size of the [nodule].
present      | The patient could not walk due to [hip pain].
negated      | No pain, fever or [erythema] at the site; incision intact.
present      | No pain or fever at the site; [incision] intact.
present      | Denies chest pain. Endorses [dyspnea].
present      | No cough but does report [wheezing].
present      | Pain is not relieved by [ibuprofen].
present      | She has no fever, but her [cough] is worse.
present      | He has [COPD] without acute exacerbation.
negated      | He has COPD without acute [exacerbation].
present      | [Diabetes] without complication.
family       | Maternal aunt with [ovarian cancer] at 50.
family       | [Hypertension] in both parents.
family       | Strong family history of premature [CAD].
family       | FH: positive for [colon cancer].
family       | FHx significant for [lupus] in mother.
family       | Parents both had [diabetes].
family       | Brother recently diagnosed with [leukemia].
family       | Grandfather died from [lung cancer].
family       | Her son has [autism].
present      | Her son brought her in because of [confusion].
present      | Husband reports she has had [memory loss].
present      | Wife notes increasing [confusion] at home.
present      | Patient and wife deny falls, but report [insomnia].
negated      | Patient and wife deny [falls].
present      | He cares for his mother and has [back pain].
present      | Discussed [hypertension] with his daughter.
present      | Daughter helps with his [insulin].
historical   | Prior [stroke] in 2015 with residual weakness.
historical   | Remote history of [tuberculosis].
historical   | Status post [CABG] x3.
historical   | [Breast cancer], in remission.
historical   | Previously treated for [hepatitis C].
historical   | Her [asthma] has resolved.
historical   | [Knee replacement] in 2012.
historical   | PMH: HTN, [CHF], DM2.
present      | Patient with 2-week history of [cough].
present      | History obtained from daughter: [fall] at home.
present      | Known [COPD], presents with cough.
present      | He has had [asthma] since childhood.
present      | Diagnosed with [diabetes] in 2010 and on metformin.
hypothetical | If you notice [bleeding], go to the ER.
hypothetical | Seek care for [shortness of breath].
hypothetical | Monitor for [hypoglycemia].
hypothetical | PRN [nausea].
hypothetical | Risk of [stroke] was discussed.
hypothetical | To prevent [DVT], start enoxaparin.
hypothetical | She worries about [cancer].
hypothetical | Patient at high risk for [falls].
hypothetical | Tylenol 650 mg q6h prn [fever].
hypothetical | Return if you develop fever, or [vomiting].
hypothetical | Screening for [depression].
hypothetical | Would consider statin if [LDL] rises.
uncertain    | Suspicious for [metastasis].
uncertain    | Cannot exclude [malignancy].
uncertain    | Question of early [pneumonia].
uncertain    | [Pneumonia] is suspected.
uncertain    | Presumed [viral meningitis].
uncertain    | Likely [GERD] or gastritis.
uncertain    | Evaluate for [DVT].
uncertain    | [Cellulitis] vs abscess.
uncertain    | Could be [gout].
uncertain    | Probable [NSTEMI].
uncertain    | Symptoms suggest [migraine].
uncertain    | The lesion may represent a [hemangioma].
uncertain    | Doubt [PE].
uncertain    | DDx: [sarcoid], TB.
uncertain    | Appears to have [cellulitis].
uncertain    | Unable to rule out [ischemia].
uncertain    | [Sepsis] possible.
present      | Findings consistent with [pneumonia].
present      | [Pneumonia] confirmed on CT.
negated      | Constitutional: negative for [fever], weight loss.
negated      | All other systems negative, including [dysuria].
negated      | He is without [pain] this morning.
present      | He is without fever this morning but still with [pain].
negated      | Head CT shows no [bleed], mass, or midline shift.
negated      | Head CT shows no bleed, mass, or [midline shift].
present      | CT shows a 5 mm [nodule], no effusion.
negated      | CT shows a 5 mm nodule, no [effusion].
historical   | [Fever] resolved with Tylenol but she still coughs, no chills.
negated      | Patient has no known history of [liver disease].
present      | Abdomen [soft], nontender, no hepatosplenomegaly.
negated      | Abdomen soft, nontender, no [hepatosplenomegaly].
present      | No fracture; moderate [osteoarthritis] of the knee.
present      | There is [cardiomegaly] without failure.
negated      | Pain is present without [radiation] to the jaw.
present      | [Pain] is present without radiation to the jaw.
negated      | Urine dip neg for [nitrites].
negated      | Denies EtOH, [tobacco], or drugs.
negated      | No sick contacts, no [recent travel].
negated      | [Dysuria] absent; frequency present.
present      | Dysuria absent; [frequency] present.
negated      | Pulses intact, no calf [tenderness].
negated      | She is not [pregnant].
negated      | Patient cannot recall any [injury].
negated      | There was never any [loss of consciousness].
negated      | Lungs: CTA bilaterally, no [rhonchi].
negated      | At no time did he have [chest pain].
negated      | Chest pain free, without [diaphoresis].
negated      | Not allergic to [penicillin].
present      | Allergic to [penicillin].
present      | Patient reports that [nausea] is worse, no vomiting.
present      | [Metformin] was held for contrast.
present      | No longer smokes, has [emphysema].
negated      | No e/o [infection].
negated      | No h/o [MI].
negated      | neg [JVD]
negated      | w/o [SOB], c/o cough
present      | w/o SOB, c/o [cough]
present      | c/o [chest pain] x 2 days, no SOB
negated      | c/o chest pain x 2 days, no [SOB]
negated      | Pt denies f/c/n/v, [diarrhea].
negated      | Neither the CT nor the MRI showed [metastases].
present      | Because no infection was found, [steroids] were started.
present      | The patient had not taken her insulin and developed [DKA].
negated      | Patient did not develop [DKA].
family       | Her mother and maternal grandmother had [osteoporosis].
family       | Positive family history for [melanoma].
family       | Significant family history of [sudden death].
family       | Father: [MI] at 60. Mother: healthy.
family       | Sibling with [cystic fibrosis].
family       | Cousin has [Crohn's disease].
family       | Strong FHx of [breast cancer].
present      | Mother is healthy. Patient has [anemia].
present      | Mom states she has been giving [ibuprofen] for fever.
present      | The patient's daughter called to report [dizziness].
present      | Lives with husband, has [arthritis].
present      | Her mother died when she was five; she has [depression].
historical   | She underwent [cholecystectomy] in 2009.
historical   | History of [CVA] with left hemiparesis.
historical   | 5 years ago he had a [GI bleed].
historical   | He was previously on [warfarin].
historical   | Ex-[smoker].
historical   | Past surgical history: [hysterectomy], tonsillectomy.
historical   | Hx [DVT] 2010.
historical   | He used to [drink] heavily.
historical   | Childhood [asthma].
present      | Presents with a history of 3 days of [vomiting].
present      | 67M w/ h/o COPD here with [dyspnea].
historical   | 67M w/ h/o [COPD] here with dyspnea.
present      | Since last year she has had [migraines].
present      | [Hypertension] since 2010.
hypothetical | Instructed to return for [fever] > 101.
hypothetical | In case of [anaphylaxis], use EpiPen.
hypothetical | She may develop [neuropathy].
hypothetical | Advised to call if any [bleeding] occurs.
hypothetical | Discussed signs of [stroke].
hypothetical | Fall precautions for [falls] risk.
hypothetical | Side effects including [nausea] were explained.
hypothetical | The risk of [infection] is low.
hypothetical | Aspirin for [stroke] prevention.
hypothetical | Use albuterol as needed for [wheezing].
uncertain    | Rash, possibly [shingles].
uncertain    | Can't rule out [ACS].
uncertain    | Concern for [DVT] given swelling.
uncertain    | Chest pain, rule out [MI].
uncertain    | R/o [pneumonia].
uncertain    | Most likely [viral URI].
uncertain    | [Gout] is on the differential.
uncertain    | Worrisome for [abscess].
uncertain    | It is unclear whether she had a [seizure].
uncertain    | [Lymphoma] remains a possibility.
uncertain    | Suspected [appendicitis], surgery consulted.
present      | Suspected appendicitis, [leukocytosis] noted.
uncertain    | Questionable [infiltrate] in the left base.
uncertain    | Impression: possible [TIA].
uncertain    | May have [sleep apnea].
present      | Likely viral; [sore throat] for 3 days.
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
    found = assess("The liver donor had hepatitis C.", Span(20, 31))
    assert (found.experiencer, found.relative) == ("other", "donor")


@pytest.mark.parametrize(
    ("case", "relative"),
    [
        ("family | Her Mother had [lupus].", "mother"),
        ("family | Maternal grandmother: [diabetes].", "grandmother"),
        ("family | Mother with CAD, father with [gout].", "father"),
        ("family | [Breast cancer] (sister)", "sister"),
        ("family | His brother's [asthma] is severe.", "brother"),
        ("family | Family history of [colon cancer] in father.", "father"),
        ("family | Family history of [colon cancer].", ""),
        ("present | His wife reports [chest pain].", ""),
    ],
)
def test_relative_is_named_as_it_stands(case: str, relative: str) -> None:
    text, target, label = _parsed(case)
    found = assess(text, target)
    assert (found.label, found.relative) == (label, relative)


def test_question_is_read_with_its_reply() -> None:
    assert assess("Orthopnea? No. Cough? Yes.", Span(0, 9)).label == "negated"
    assert assess("Orthopnea? No. Cough? Yes.", Span(15, 20)).label == "present"


def test_unmarked_lines_are_read_with_their_lead_in() -> None:
    text = "Denies:\nfever\ncough\n\nHistory:\n- gout\n"
    assert assess(text, Span(14, 19)).label == "negated"
    assert assess(text, Span(text.index("gout"), text.index("gout") + 4)).label == "present"


def test_fragments_after_a_history_label_on_the_same_line_share_it() -> None:
    text = "PMH: gout. Asthma. Presents with cough."
    assert assess(text, Span(11, 17)).label == "historical"
    assert assess(text, Span(33, 38)).label == "present"
    assert assess("Family history: gout. Asthma.", Span(22, 28)).label == "family"


def test_age_of_a_relative_does_not_make_it_past() -> None:
    assert not assess("Father had colon cancer at 60.", Span(11, 23)).historical
    assert assess("He had colon cancer at 60.", Span(7, 19)).historical


def test_words_of_a_mention_do_not_hide_the_cue_before_it() -> None:
    assert assess("Prior surgery for a hernia.", Span(6, 13)).label == "historical"


def test_every_list_that_a_phrase_refers_to_is_there() -> None:
    lists = load_words("assertions")
    named = {name for phrases in lists.values() for phrase in phrases for name in re.findall(r"\{(\w+)\??\}", phrase)}
    assert named <= lists.keys()


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("present | History of lupus, [arthritis] now flaring.", "active again"),
        ("present | The [nodule] is unchanged from 2019.", "a comparison, not a past"),
        ("historical | [Stroke] March 2015, no deficit.", "a bare date"),
        ("family | Recently cared for her grandson with [croup].", "the relative is spoken of"),
        ("present | She is here with her sister for evaluation of [jaundice].", "the relative only came along"),
        ("family | [Colon cancer] - father at 55.", "a label with an age"),
        ("negated | No significant relief; denies [nausea].", "a new denial after a pseudo one"),
        ("present | No significant interval improvement in her [edema].", "a change is denied, not the thing"),
        ("present | He cannot recall exactly when the [numbness] began.", "a time is not recalled"),
        ("present | Not on any medication for [hypertension].", "treatment is denied"),
        ("uncertain | It is most likely that this represents [gout].", "likely"),
        ("uncertain | Findings may also possibly be due to [edema].", "modal with adverbs"),
    ],
)
def test_rule_holds_on_a_sentence_of_its_kind(case: str, reason: str) -> None:
    text, target, label = _parsed(case)
    assert assess(text, target).label == label, reason


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


WORDS = st.sampled_from(
    [
        "no",
        "fever",
        ",",
        "and",
        "(",
        ")",
        ":",
        "mother",
        "denies",
        "history of",
        "?",
        "possible",
        "in 2010",
        "\n- ",
        ". ",
        "😀",
        "İ",
        "e\u0301",
    ]
)


@given(st.lists(WORDS, max_size=25).map(" ".join), st.data())
def test_any_mention_in_any_text_has_an_assertion(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert assess(text, Span(start, end)).label in {"present", "negated", "family", "historical", "hypothetical", "uncertain"}


@pytest.mark.parametrize("part", ["no, ", "no was, ", "possible and ", "mother ", "( no "])
def test_sentence_of_nothing_but_cues_takes_linear_time(part: str) -> None:
    def assess_the_end(size: int) -> Assertion:
        return assess(repeated(part, size), Span(size - 10, size - 5))

    assert grows_linearly(assess_the_end, 150)
    assert grows_linearly(assess_the_end, 1_200)  # beyond the 1,500 characters that are read
