"""Statements that say no more than their quotes: (statement, quotes, dates of the documents, computed parts)."""

from __future__ import annotations

Pair = tuple[str, list[str], list[str], list[str]]

WEIGHT = "2014-03-02 Body Weight: 62.3 kg (vital signs, final)"
A1C = "2019-05-11 Hemoglobin A1c/Hemoglobin.total in Blood: 6.27 % (laboratory, final)"
PRESSURE = "2016-01-09 Blood Pressure: Diastolic Blood Pressure 81 mm[Hg], Systolic Blood Pressure 132.42 mm[Hg] (vital signs, final)"
SINUSITIS = "2012-05-01 Condition: Viral sinusitis (disorder), clinical status resolved, onset 2012-05-01, abated 2012-05-14"
ASTHMA = "2010-11-20 Condition: Asthma, clinical status active, onset 2010-11-20"
METFORMIN = (
    "2018-02-03 Medication request: 24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet, status active, 1 time per day"
)
LISINOPRIL = "2018-02-03 Medication request: lisinopril 10 MG Oral Tablet, status stopped, reason Hypertension"
PENICILLIN = "1999-07-01 Allergy: Penicillin V, clinical status active, criticality high, reaction Urticaria, severity mild"
VACCINE = "2017-10-10 Immunization: Influenza, seasonal, injectable, preservative free, status completed"
COLONOSCOPY = "2019-04-08 Procedure: Colonoscopy, status completed, reason Polyp of colon"
MOTHER = "2014-01-01 Family history: Mother, had Diabetes mellitus, onset at age 50 years"
DENIED = "She denies chest pain, palpitations, or shortness of breath."
NOTE = "The patient is a 45-year-old woman with type 2 diabetes mellitus, on metformin 500 mg twice daily and lisinopril 10 mg daily."
KNEE = "Exam shows a swollen left knee with 2+ pitting edema; the right hip is tender."
SURE = "CT on 03/14/2021 showed a 3 x 2 cm mass in the right upper lobe, suspicious for malignancy."
LATER = "Return if you develop fever or vomiting."

CHART: list[Pair] = [
    ("Body Weight was 62.3 kg on 2014-03-02.", [WEIGHT], [], []),
    ("Body Weight was 62.30 kg on 2014-03-02.", [WEIGHT], [], []),
    ("Body Weight was 62.3 kg in March 2014.", [WEIGHT], [], []),
    ("Body Weight was 62.3 kg in 2014.", [WEIGHT], [], []),
    ("Body Weight was 62.3 kg on March 2, 2014.", [WEIGHT], [], []),
    ("Body Weight was 62.3 kg on 3/2/2014.", [WEIGHT], [], []),
    ("On March 2 the weight was 62.3 kilograms.", [WEIGHT], [], []),
    ("Body Weight was 62.3.", [WEIGHT], [], []),
    ("Body Weight was 62.3 kg on 2014-03-02, 14 months before the record's last date.", [WEIGHT], [], ["14 months"]),
    ("Hemoglobin A1c was 6.27 % on 2019-05-11.", [A1C], [], []),
    ("HbA1c was 6.27%.", [A1C], [], []),
    ("Hemoglobin A1c/Hemoglobin.total in Blood was 6.27 % on 2019-05-11 (final).", [A1C], [], []),
    ("Systolic Blood Pressure was 132.42 mm[Hg] on 2016-01-09.", [PRESSURE], [], []),
    ("Diastolic Blood Pressure was 81 mmHg on 2016-01-09.", [PRESSURE], [], []),
    ("The highest Body Weight was 62.3 kg on 2014-03-02, of 4 on record.", [WEIGHT], [], ["4"]),
    ("The mean of Body Weight was 63.47 kg over 2 values.", [WEIGHT, "2015-01-01 Body Weight: 64.64 kg"], [], ["63.47", "2"]),
    (
        "Body Weight rose from 62.3 kg on 2014-03-02 to 64.64 kg on 2015-01-01, by 2.34 kg.",
        [WEIGHT, "2015-01-01 Body Weight: 64.64 kg"],
        [],
        ["2.34"],
    ),
    ("2 measurements of Body Weight, from 2014-03-02 to 2015-01-01.", [WEIGHT, "2015-01-01 Body Weight: 64 kg"], [], ["2"]),
    ("Creatinine was 1.13 mg/dL on 2014-03-02.", ["2014-03-02 Creatinine: 1.12749 mg/dL (laboratory, final)"], [], []),
    ("Troponin was 0.00123 ng/mL.", ["2014-03-02 Troponin I: 0.0012345 ng/mL (laboratory, final)"], [], []),
    ("Leukocytes was 7.2 10*3/uL on 2014-03-02.", ["2014-03-02 Leukocytes: 7.2 10*3/uL (laboratory, final)"], [], []),
    ("Glomerular filtration rate was 74.6 mL/min/{1.73_m2} in 2014.", ["2014 Glomerular filtration rate: 74.6 mL/min/{1.73_m2}"], [], []),
    ("Pain severity was 4 on 2014-03-02.", ["2014-03-02 Pain severity: 4 {score} (vital signs, final)"], [], []),
    ("Platelets was 250,000 /uL.", ["2014-03-02 Platelets: 250,000 /uL"], [], []),
    ("Viral sinusitis (disorder) was recorded on 2012-05-01 (resolved).", [SINUSITIS], [], []),
    ("Viral sinusitis (disorder) resolved on 2012-05-14.", [SINUSITIS], [], []),
    ("Viral sinusitis (disorder), resolved, 2012-05-01 to 2012-05-14.", [SINUSITIS], [], []),
    ("Yes: Viral sinusitis (disorder) was recorded on 2012-05-01 (resolved).", [SINUSITIS], [], []),
    ("No: Viral sinusitis (disorder), resolved, 2012-05-01 to 2012-05-14.", [SINUSITIS], [], []),
    ("Sinusitis was first recorded in 2012.", [SINUSITIS], [], []),
    ("Asthma was first recorded on 2010-11-20 (active), 3 years before the record's last date.", [ASTHMA], [], ["3 years"]),
    ("3 records of Asthma, from 2010-11-20 to 2012-01-01.", [ASTHMA], ["2012-01-01"], ["3"]),
    ("No: Asthma was recorded on 2010-11-20.", [f"{ASTHMA}, verification refuted"], [], []),
    ("24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet, 1 time per day, active, 2018-02-03.", [METFORMIN], [], []),
    ("Metformin 500 mg is active.", [METFORMIN], [], []),
    ("Glucophage 500 mg was first prescribed on 2018-02-03.", [METFORMIN], [], []),
    ("lisinopril 10 MG Oral Tablet ended on 2019-02-03.", [LISINOPRIL], ["2019-02-03"], []),
    ("lisinopril 10 MG Oral Tablet, 2018-02-03, reason: Hypertension.", [LISINOPRIL], [], []),
    ("An ACE inhibitor was prescribed in 2018.", [LISINOPRIL], [], []),
    ("Allergy to Penicillin V, reaction Urticaria, severity mild, criticality high, active, 1999-07-01.", [PENICILLIN], [], []),
    ("Influenza, seasonal, injectable, preservative free was given on 2017-10-10 (completed).", [VACCINE], [], []),
    ("Colonoscopy was performed on 2019-04-08 (completed).", [COLONOSCOPY], [], []),
    ("Diabetes mellitus (Mother), 2014-01-01.", [MOTHER], [], []),
    ("Her mother had diabetes.", [MOTHER], [], []),
    ("Suspected lung cancer (situation) was recorded on 2014-01-01.", ["2014-01-01 Condition: Suspected lung cancer (situation)"], [], []),
]

NOTES: list[Pair] = [
    (DENIED, [DENIED], [], []),
    (f"2024-03-01: {DENIED}", [DENIED], ["2024-03-01"], []),
    (f"No: 2024-03-01: {DENIED}", [DENIED], ["2024-03-01"], []),
    (f"2024: {DENIED}", [DENIED], ["2024"], []),
    ("No, she denies chest pain.", [DENIED], [], []),
    ("The patient has no shortness of breath.", [DENIED], [], []),
    ("She denies dyspnea.", [DENIED], [], []),
    ("The patient is 45 years old.", [NOTE], [], []),
    ("She has diabetes and takes metformin 500 mg.", [NOTE], [], []),
    ("She has type 2 diabetes.", [NOTE], [], []),
    ("Takes 10 mg of lisinopril daily.", [NOTE], [], []),
    ("Lisinopril 10 mg, metformin 500 mg.", [NOTE], [], []),
    ("There is swelling of the left knee.", [KNEE], [], []),
    ("The left knee has 2+ edema.", [KNEE], [], []),
    ("Tenderness of the right hip.", [KNEE], [], []),
    ("On 2021-03-14 CT showed a mass in the right upper lobe.", [SURE], [], []),
    ("The mass measured 3 x 2 cm.", [SURE], [], []),
    ("She left the hospital right away with metformin 500 mg.", [NOTE, "She left the hospital right away."], [], []),
    ("Return if fever develops.", [LATER], [], []),
    ("Possible pneumonia on chest x-ray.", ["Chest x-ray: possible pneumonia in the left lower lobe."], [], []),
    ("Pneumonia was ruled out.", ["Pneumonia was ruled out by CT."], [], []),
    ("Her father had a myocardial infarction at age 52.", ["FH: father had an MI at age 52; mother healthy."], [], []),
    ("He stopped smoking 2 years ago.", ["Quit smoking two years ago."], [], []),
    ("Vitamin B12 was low at 180 pg/mL.", ["Labs: vitamin B-12 low at 180 pg/mL"], [], []),
    ("Streptococcus test was negative.", ["Rapid strep test: negative."], [], []),
    ("He had a right total knee replacement in 2015.", ["s/p R TKA? R knee replacement in 2015, right knee doing well"], [], []),
    ("Bilateral leg edema.", ["1+ edema of both legs; bilateral lower extremity edema."], [], []),
    ("Weight: 180 lbs.", ["Wt 180 lb, Ht 5'10\""], [], []),
    ("Temperature 98.6 F.", ["T 98.6 °F, HR 72, BP 120/80, RR 16"], [], []),
    ("Blood pressure was 120/80.", ["T 98.6 °F, HR 72, BP 120/80, RR 16"], [], []),
    ("Tylenol was given for fever.", ["Fever treated with acetaminophen."], [], []),
    ("Weight was 70 kg.", ["Weight (kg): 70"], [], []),
]

CONVERTED: list[Pair] = [
    ("Body Weight was 137.35 lb on 2014-03-02.", [WEIGHT], [], []),
    ("Levothyroxine 0.05 mg daily.", ["Levothyroxine 50 mcg daily."], [], []),
    ("Metformin 1 g twice daily.", ["Metformin 1000 mg twice daily."], [], []),
    ("Glucose was 5.55 mmol/L.", ["2014-03-02 Glucose: 100 mg/dL (laboratory, final)"], [], []),
    ("Body Height was 1.72 m.", ["2014-03-02 Body Height: 172 cm (vital signs, final)"], [], []),
]

TRUE: list[Pair] = [*CHART, *NOTES, *CONVERTED]

REAL: list[Pair] = [
    ("Hgb A1c 5.5 in March 2020.", ["RESULTS\nMagnesium 1.7, BUN 23.\n03/2020 Hgb A1c 5.5."], [], []),
    ("She is a G5P5 female.", ["Ms. B is a G5P5 female and well."], [], []),
    ("A C7-T1 epidural is planned.", ["We plan for a left C7-T1 epidural afterwards."], [], []),
    ("Pain severity was 0.342 in 2019.", ["2019-03-26 Pain severity - Reported: 0.3418499168307614 {score} (vital signs, final)"], [], []),
    ("Pain severity was 0 in 2019.", ["2019-03-26 Pain severity - Reported: 0 {score} (vital signs, final)"], [], []),
    ("Leukocytes was 7.32 10*3/uL.", ["2012-12-11 Leukocytes: 7.3222076234463485 10*3/uL (laboratory, final)"], [], []),
    ("Jugular vein distension was Absent on 2021-11-10.", ["2021-11-10 Jugular vein distension: Absent (exam, final)"], [], []),
]
TRUE += REAL
TRUE.append(
    ("Bone density was -3.75 on 2013-10-20.", ["2013-10-20 Bone density: -3.7460684875909176 {T-score} (procedure, final)"], [], [])
)
