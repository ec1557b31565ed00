"""A phrase and one display: the same thing or not. Each pair stands alone, so that only its own display can be found."""

from __future__ import annotations

import pytest

from rag.clinical.concepts.resolution import resolve
from rag.types import ChartConcept

SAME = """
observation | A1c | Hemoglobin A1c/Hemoglobin.total in Blood
observation | HbA1c | Hemoglobin A1c/Hemoglobin.total in Blood
observation | glycated hemoglobin | HbA1c MFr Bld
observation | hemoglobin A1c level | Hemoglobin A1c (Bld) [Mass fraction]
observation | sugar | Glucose [Mass/volume] in Serum or Plasma
observation | blood sugar | Glucose
observation | glucose | Glucose SerPl-mCnc
observation | fasting glucose | Fasting glucose [Mass/volume] in Serum or Plasma
observation | urine glucose | Glucose [Mass/volume] in Urine by Test strip
observation | BP | Blood pressure panel with all children optional
observation | blood pressure | Systolic Blood Pressure
observation | blood pressure | Diastolic blood pressure
observation | upper blood pressure number | Systolic blood pressure
observation | pulse | Heart rate
observation | EF | Left ventricular Ejection fraction
observation | weight | Body weight
observation | BMI | Body mass index (BMI) [Ratio]
observation | body mass index | Body Mass Index
observation | white count | Leukocytes [#/volume] in Blood by Automated count
observation | WBC | WBC # Bld Auto
observation | red blood cell count | Erythrocytes [#/volume] in Blood by Automated count
observation | platelets | Platelets [#/volume] in Blood by Automated count
observation | hgb | Hemoglobin [Mass/volume] in Blood
observation | kidney function | Creatinine [Mass/volume] in Serum or Plasma
observation | kidney function | Glomerular filtration rate/1.73 sq M.predicted
observation | eGFR | Glomerular filtration rate/1.73 sq M.predicted [Volume Rate/Area] in Serum, Plasma or Blood by CKD-EPI 2021
observation | bad cholesterol | Cholesterol in LDL [Mass/volume] in Serum or Plasma by calculation
observation | LDL | Low Density Lipoprotein Cholesterol
observation | good cholesterol | High Density Lipoprotein Cholesterol
observation | cholesterol | Cholesterol [Mass/volume] in Serum or Plasma
observation | cholesterol | Total Cholesterol
observation | trigs | Triglyceride [Mass/volume] in Serum or Plasma
observation | creatinine | Creat SerPl-mCnc
observation | BUN | Urea nitrogen [Mass/volume] in Serum or Plasma
observation | BUN | BUN SerPl-mCnc
observation | potassium | Potassium [Moles/volume] in Serum or Plasma
observation | ALT | Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma
observation | liver enzymes | Aspartate aminotransferase [Enzymatic activity/volume] in Serum or Plasma
observation | bilirubin | Bilirubin.total [Mass/volume] in Serum or Plasma
observation | TSH | Thyrotropin [Units/volume] in Serum or Plasma
observation | free T4 | Thyroxine (T4) free [Mass/volume] in Serum or Plasma
observation | INR | INR in Platelet poor plasma by Coagulation assay
observation | PSA | Prostate specific Ag [Mass/volume] in Serum or Plasma
observation | vitamin D | 25-hydroxyvitamin D3 [Mass/volume] in Serum or Plasma
observation | BNP | Natriuretic peptide B [Mass/volume] in Serum or Plasma
observation | NT-proBNP | Natriuretic peptide.B prohormone N-Terminal [Mass/volume] in Serum or Plasma
observation | urine albumin creatinine ratio | Albumin/Creatinine [Mass Ratio] in Urine
observation | microalbumin creatinine ratio | Microalbumin Creatinine Ratio
observation | oxygen level | Oxygen saturation in Arterial blood by Pulse oximetry
observation | temperature | Body temperature
observation | temperature | Oral temperature
observation | height | Body Height
observation | pain score | Pain severity - 0-10 verbal numeric rating [Score] - Reported
observation | depression score | Patient Health Questionnaire 9 item (PHQ-9) total score [Reported]
observation | calcium | Calcium SerPl-mCnc
observation | sed rate | Erythrocyte sedimentation rate by Westergren method
observation | CRP | C reactive protein [Mass/volume] in Serum or Plasma
observation | lipid panel | Cholesterol in HDL [Mass/volume] in Serum or Plasma
observation | smoking status | Tobacco smoking status NHIS
observation | haemoglobin | Hemoglobin [Mass/volume] in Blood
observation | hemaglobin | Hemoglobin [Mass/volume] in Blood
observation | cholestrol | Total Cholesterol
observation | MCV | MCV [Entitic volume] by Automated count
observation | peak flow | Peak expiratory flow, best of three
observation | ketones | Ketones [Mass/volume] in Urine by Test strip
observation | apgar | 10 minute Apgar Score
observation | covid test | SARS-CoV-2 (COVID-19) RNA [Presence] in Respiratory specimen by NAA with probe detection
condition | high blood pressure | Essential hypertension (disorder)
condition | hypertension | Hypertension
condition | HTN | Essential (primary) hypertension
condition | heart attack | Myocardial Infarction
condition | heart attack | Acute ST segment elevation myocardial infarction (disorder)
condition | heart attack | History of myocardial infarction (situation)
condition | sugar diabetes | Diabetes
condition | diabetes | Diabetes mellitus type 2 (disorder)
condition | diabetes | Type 2 diabetes mellitus without complications
condition | diabetis | Diabetes
condition | type 2 diabetes | Diabetes mellitus type 2 (disorder)
condition | type II diabetes | Type 2 diabetes mellitus without complications
condition | broken arm | Fracture of forearm
condition | broken forearm | Fracture of forearm
condition | broken arm | Closed fracture of shaft of humerus (disorder)
condition | fracture | Fracture of forearm
condition | fracture | Closed fracture of hip (disorder)
condition | broken ankle | Fracture of ankle
condition | broken rib | Fracture of rib
condition | ear infection | Otitis media
condition | ear infection | Acute otitis media (disorder)
condition | sinus infection | Viral sinusitis (disorder)
condition | sinusitis | Viral sinusitis (disorder)
condition | sinusitis | Acute bacterial sinusitis (disorder)
condition | bronchitis | Acute bronchitis (disorder)
condition | anemia | Anemia (disorder)
condition | strep throat | Streptococcal sore throat (disorder)
condition | sore throat | Acute viral pharyngitis (disorder)
condition | kidney disease | Chronic kidney disease stage 3 (disorder)
condition | CKD | Chronic kidney disease stage 3 (disorder)
condition | CHF | Chronic congestive heart failure (disorder)
condition | afib | Atrial Fibrillation
condition | stroke | Stroke
condition | COPD | Chronic obstructive lung disease (disorder)
condition | asthma | Childhood asthma
condition | osteoporosis | Pathological fracture due to osteoporosis (disorder)
condition | colon cancer | Primary malignant neoplasm of colon
condition | colon cancer | Overlapping malignant neoplasm of colon
condition | breast cancer | Malignant neoplasm of breast (disorder)
condition | lung cancer | Non-small cell lung cancer (disorder)
condition | prostate cancer | Neoplasm of prostate
condition | cancer | Malignant neoplasm of breast (disorder)
condition | appendix removed | History of appendectomy (situation)
condition | appendectomy | History of appendectomy
condition | tubes tied | History of tubal ligation (situation)
condition | sprained ankle | Sprain of ankle
condition | concussion | Concussion with no loss of consciousness
condition | sleep apnea | Obstructive sleep apnea syndrome (disorder)
condition | arthritis | Osteoarthritis of knee
condition | knee arthritis | Osteoarthritis of knee
condition | high cholesterol | Hyperlipidemia
condition | obesity | Body mass index 30+ - obesity (finding)
condition | shortness of breath | Dyspnea (finding)
condition | dementia | Alzheimer's disease (disorder)
condition | kidney stones | Nephrolithiasis
condition | UTI | Escherichia coli urinary tract infection
condition | miscarriage | Miscarriage in first trimester
condition | pregnancy | Normal pregnancy
condition | cut on hand | Laceration of hand
condition | cellulitis | Cellulitis of left lower limb
condition | low thyroid | Hypothyroidism, unspecified
condition | acid reflux | Gastro-esophageal reflux disease without esophagitis
condition | COVID | COVID-19
condition | anaemia | Anemia (disorder)
condition | neuropathy | Neuropathy due to type 2 diabetes mellitus (disorder)
condition | burn | First degree burn
condition | seizures | Seizure disorder
condition | pneumonia | Pneumonia, unspecified organism
condition | history of asthma | Asthma
medication | lisinopril | lisinopril 20 MG Oral Tablet
medication | lisinopril 20 mg | lisinopril 20 MG Oral Tablet
medication | lisinipril | lisinopril 10 MG Oral Tablet [Prinivil]
medication | zestril | lisinopril 10 MG Oral Tablet
medication | Errin | {24 (norethindrone 0.35 MG Oral Tablet)} Pack [Errin]
medication | norethindrone | {24 (norethindrone 0.35 MG Oral Tablet)} Pack [Errin]
medication | birth control | Jolivette 28 Day Pack
medication | birth control pill | {24 (norethindrone 0.35 MG Oral Tablet)} Pack [Errin]
medication | epoetin | 1 ML epoetin alfa 4000 UNT/ML Injection [Epogen]
medication | insulin | insulin human, isophane 70 UNT/ML / Regular Insulin, Human 30 UNT/ML [Humulin]
medication | humulin | insulin isophane, human 70 UNT/ML / insulin, regular, human 30 UNT/ML Injectable Suspension [Humulin]
medication | water pill | Hydrochlorothiazide 25 MG Oral Tablet
medication | water pill | Lasix 40mg
medication | blood thinner | Warfarin Sodium 5 MG Oral Tablet
medication | coumadin | Warfarin Sodium 5 MG Oral Tablet
medication | metoprolol | 24 HR metoprolol succinate 100 MG Extended Release Oral Tablet
medication | beta blocker | metoprolol tartrate 50 MG Oral Tablet
medication | statin | Simvastatin 20 MG Oral Tablet
medication | tylenol | Acetaminophen 325 MG Oral Tablet
medication | acetaminophen | Acetaminophen 325 MG / HYDROcodone Bitartrate 7.5 MG Oral Tablet
medication | narcotic | Acetaminophen 325 MG / oxyCODONE Hydrochloride 5 MG Oral Tablet
medication | HCTZ | Hydrochlorothiazide 25 MG
medication | advair | 60 ACTUAT Fluticasone propionate 0.25 MG/ACTUAT / salmeterol 0.05 MG/ACTUAT Dry Powder Inhaler
medication | inhaler | 200 ACTUAT Albuterol 0.09 MG/ACTUAT Metered Dose Inhaler
medication | baby aspirin | Aspirin 81 MG Oral Tablet
medication | penicillin | Penicillin V Potassium 250 MG Oral Tablet
medication | antibiotic | Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet
medication | augmentin | Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet
medication | b12 shot | Vitamin B 12 5 MG/ML Injectable Solution
medication | iron | ferrous sulfate 325 MG Oral Tablet
medication | potassium | potassium chloride 20 MEQ Extended Release Oral Tablet
medication | metformin | 24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet
medication | synthroid | Levothyroxine Sodium 0.075 MG Oral Tablet
medication | steroid | predniSONE 5 MG Oral Tablet
medication | fosamax | Alendronic acid 10 MG Oral Tablet
immunization | flu shot | Influenza, seasonal, injectable, preservative free
immunization | flu shot | Influenza, high-dose, quadrivalent, PF
immunization | influenza vaccine | Influenza, injectable, quadrivalent, preservative free
immunization | tetanus shot | Td (adult) preservative free
immunization | tetanus shot | Tdap
immunization | tetanus booster | Td (adult), 5 Lf tetanus toxoid, preservative free, adsorbed
immunization | HPV vaccine | HPV, quadrivalent
immunization | shingles shot | zoster
immunization | shingles vaccine | zoster vaccine, live
immunization | pneumonia shot | Pneumococcal conjugate PCV 13
immunization | pneumonia vaccine | pneumococcal polysaccharide vaccine, 23 valent
immunization | hepatitis B vaccine | Hep B, adult
immunization | hep b shot | Hep B, adolescent or pediatric
immunization | covid vaccine | SARS-COV-2 (COVID-19) vaccine, mRNA, spike protein, LNP, preservative free, 30 mcg/0.3mL dose
immunization | meningitis vaccine | meningococcal MCV4P
immunization | chickenpox shot | varicella
immunization | measles shot | MMR
immunization | polio vaccine | IPV
procedure | appendix removed | Appendectomy
procedure | C-section | Cesarean section
procedure | bypass surgery | Coronary artery bypass grafting
procedure | heart bypass | Coronary artery bypass grafting
procedure | stent | Percutaneous coronary intervention (procedure)
procedure | colonoscopy | Colonoscopy
procedure | mammogram | Screening mammography (procedure)
procedure | chest x-ray | Plain chest X-ray (procedure)
procedure | x-ray | Knee X-ray
procedure | biopsy | Biopsy of prostate
procedure | dialysis | Renal dialysis (procedure)
procedure | stitches | Suture open wound
procedure | kidney transplant | Transplant of kidney (procedure)
procedure | echo | trans thoracic echocardiogram
procedure | EKG | Electrocardiographic procedure
procedure | pap smear | Cytopathology procedure, preparation of smear, genital source
procedure | lung function test | Spirometry (procedure)
procedure | IUD insertion | Insertion of intrauterine contraceptive device
procedure | CT scan | Computed tomography of chest and abdomen
procedure | ultrasound | Ultrasonography of bilateral breasts (procedure)
allergy | penicillin allergy | Penicillin G
allergy | peanuts | Allergy to peanuts
allergy | peanut allergy | Peanut (substance)
allergy | sulfa | Sulfamethoxazole / Trimethoprim
allergy | shellfish | Shellfish allergy
allergy | bee stings | Bee venom (substance)
allergy | dust | House dust mite allergy
allergy | latex | Latex (substance)
allergy | aspirin | Aspirin
allergy | milk | Allergy to dairy product
device | pacemaker | Implantable cardiac pacemaker
device | wheelchair | Manual wheelchair (physical object)
device | CPAP | Home continuous positive airway pressure unit (physical object)
device | defibrillator | Implantable defibrillator, device (physical object)
finding | SOB | shortness of breath
finding | dyspnea | SOB
finding | chest pain | CP
condition | homeless | Homeless (finding)
condition | unemployed | Unemployed (finding)
report | CBC | Complete blood count (hemogram) panel - Blood by Automated count
report | BMP | Basic Metabolic Panel
report | chest x-ray | Portable XR Chest Views
observation | hgb a1c | Hemoglobin A1c
observation | cholesterol level | Cholesterol in serum
observation | calcium level | Calcium [Mass/volume] in Serum or Plasma
observation | lithium level | Lithium [Moles/volume] in Serum or Plasma
observation | potassium | Potassium [Moles/volume] in Blood
observation | uric acid | Urate [Mass/volume] in Serum or Plasma
observation | body temperature | Body temperature
observation | respirations | Respiratory rate
observation | o2 sat | Oxygen saturation in Arterial blood
observation | anion gap | Anion gap in Serum or Plasma
observation | neutrophils | Neutrophils [#/volume] in Blood by Automated count
observation | troponin | Troponin I.cardiac [Mass/volume] in Serum or Plasma
observation | microalbumin | Microalbumin [Mass/volume] in Urine
observation | urine culture | Bacteria identified in Urine by Culture
observation | urine ph | pH of Urine by Test strip
observation | D-dimer | Fibrin D-dimer FEU [Mass/volume] in Platelet poor plasma
observation | ferritin | Ferritin [Mass/volume] in Serum or Plasma
observation | folate | Folate [Mass/volume] in Serum or Plasma
observation | B12 | Cobalamin (Vitamin B12) [Mass/volume] in Serum or Plasma
observation | digoxin level | Digoxin [Mass/volume] in Serum or Plasma
observation | HIV viral load | HIV 1 RNA [#/volume] (viral load) in Serum or Plasma by NAA with probe detection
observation | alk phos | ALP SerPl-cCnc
observation | AST | AST SerPl-cCnc
observation | sodium | Sodium (S/P) [Moles/Vol]
observation | hematocrit | Hct VFr Bld Auto
observation | gfr | GFR/BSA.pred SerPlBld CKD-EPI-ArVRat
observation | body surface area | Body surface area Derived from formula
observation | heart rate | Heart rate --resting
observation | blood pressure | Systolic blood pressure--sitting
observation | mean arterial pressure | Mean blood pressure
observation | waist | Waist Circumference at umbilicus by Tape measure
observation | peak flow | Maximum expiratory gas flow Respiratory system airway by Peak flow meter
observation | blood type | ABO and Rh group [Type] in Blood
observation | Strep test | Streptococcus pyogenes Ag [Presence] in Throat by Rapid immunoassay
observation | ejection fraction | LVEF
observation | bmi | BMI
observation | mmse | Total score [MMSE]
condition | type 2 diabetes | Type 2 diabetes mellitus with diabetic neuropathy, unspecified
condition | heart failure | Acute on chronic systolic (congestive) heart failure
condition | afib | Paroxysmal atrial fibrillation
condition | afib | Unspecified atrial fibrillation
condition | copd | Chronic obstructive pulmonary disease with (acute) exacerbation
condition | asthma | Mild intermittent asthma, uncomplicated
condition | depression | Major depressive disorder, single episode, unspecified
condition | depression | Major depressive disorder, recurrent, moderate
condition | ckd | Chronic kidney disease, stage 3 (moderate)
condition | CKD | Chronic kidney disease, stage 3b
condition | low back pain | Low back pain
condition | back pain | Dorsalgia, unspecified
condition | obesity | Obesity, unspecified
condition | morbid obesity | Morbid (severe) obesity due to excess calories
condition | hyperlipidemia | Mixed hyperlipidemia
condition | high cholesterol | Hyperlipidemia, unspecified
condition | uti | Urinary tract infection, site not specified
condition | gerd | Gastroesophageal reflux disease (disorder)
condition | reflux | Gastro-esophageal reflux disease without esophagitis
condition | hip fracture | Fracture of unspecified part of neck of right femur
condition | broken hip | Closed fracture of hip (disorder)
condition | cataract | Age-related nuclear cataract, bilateral
condition | glaucoma | Primary open-angle glaucoma
condition | pneumonia | Lobar pneumonia, unspecified organism
condition | stroke | Cerebral infarction, unspecified
condition | cad | Atherosclerotic heart disease of native coronary artery without angina pectoris
condition | anxiety | Generalized anxiety disorder
condition | anxiety | Anxiety disorder, unspecified
condition | hay fever | Perennial allergic rhinitis
condition | bph | Benign prostatic hyperplasia with lower urinary tract symptoms
condition | kidney stone | Calculus of kidney
condition | covid | Disease caused by severe acute respiratory syndrome coronavirus 2 (disorder)
condition | broken nose | Fracture of nasal bones
condition | carpal tunnel | Carpal tunnel syndrome, right upper limb
condition | migraine | Migraine without aura, not intractable
condition | sleep apnea | Obstructive sleep apnea (adult) (pediatric)
condition | iron deficiency anemia | Iron deficiency anemia, unspecified
condition | anemia | Iron deficiency anemia due to chronic blood loss
condition | skin cancer | Malignant melanoma of skin
condition | gunshot wound | Bullet wound
condition | drug overdose | Drug overdose
condition | torn rotator cuff | Injury of tendon of the rotator cuff of shoulder
condition | torn ACL | Injury of anterior cruciate ligament (disorder)
condition | head cold | Acute nasopharyngitis [common cold]
condition | fainting | Syncope and collapse
condition | history of MI | Old myocardial infarction
procedure | knee replacement | Total knee arthroplasty
procedure | cataract surgery | Phacoemulsification of cataract with intraocular lens implantation
procedure | gallbladder removed | Laparoscopic cholecystectomy
procedure | tonsils out | Tonsillectomy and adenoidectomy
procedure | heart cath | Cardiac catheterization
procedure | head CT | CT of head without contrast
procedure | brain MRI | MRI of brain and brain stem
procedure | chest CT | Computed tomography of chest
procedure | abdominal ultrasound | Ultrasonography of abdomen
procedure | hip replacement | Total replacement of hip
procedure | mastectomy | Simple mastectomy of right breast
procedure | blood transfusion | Transfusion of packed red blood cells
procedure | physical therapy | Physical therapy procedure
procedure | dental exam | Dental consultation and report (procedure)
procedure | vasectomy | Vasectomy
procedure | EGD | Esophagogastroduodenoscopy
medication | albuterol | albuterol 0.83 MG/ML Inhalation Solution
medication | ventolin | albuterol 0.09 MG/ACTUAT Metered Dose Inhaler
medication | lipitor | atorvastatin 40 MG Oral Tablet
medication | eliquis | apixaban 5 MG Oral Tablet
medication | blood thinners | apixaban 5 MG Oral Tablet
medication | blood pressure medication | amlodipine 5 MG Oral Tablet
medication | blood pressure pills | amlodipine 5 MG Oral Tablet
medication | pain medication | oxyCODONE hydrochloride 5 MG Oral Tablet
medication | cholesterol medicine | rosuvastatin calcium 10 MG Oral Tablet
medication | diabetes medication | metformin hydrochloride 500 MG Oral Tablet
medication | insulin | insulin glargine 100 UNT/ML Injectable Solution [Lantus]
medication | PPI | omeprazole 20 MG Delayed Release Oral Capsule
medication | prednisone | predniSONE 10 MG Oral Tablet
medication | vitamin D | cholecalciferol 1000 UNT Oral Tablet
medication | nitroglycerin | nitroglycerin 0.4 MG Sublingual Tablet
medication | oral contraceptive | Ethinyl Estradiol 0.03 MG / levonorgestrel 0.15 MG Oral Tablet
medication | bactrim | sulfamethoxazole 800 MG / trimethoprim 160 MG Oral Tablet
medication | antidepressant | sertraline 50 MG Oral Tablet
medication | thyroid medication | levothyroxine sodium 0.05 MG Oral Tablet
medication | tylenol | acetaminophen 500 MG Oral Tablet
immunization | pneumonia shot | pneumococcal conjugate vaccine, 20 valent
immunization | MMR | measles, mumps, rubella virus vaccine
immunization | hep A shot | Hep A, ped/adol, 2 dose
immunization | covid shot | COVID-19, mRNA, LNP-S, PF, 30 mcg/0.3 mL dose
immunization | covid booster | COVID-19, mRNA, LNP-S, bivalent booster, PF, 50 mcg/0.5 mL or 25mcg/0.25 mL dose
immunization | rotavirus vaccine | rotavirus, pentavalent
immunization | shingrix | zoster recombinant
immunization | Hib vaccine | Hib (PRP-OMP)
immunization | meningitis shot | meningococcal B, OMV
immunization | flu vaccine | influenza, injectable, quadrivalent, contains preservative
immunization | tdap | tetanus toxoid, reduced diphtheria toxoid, and acellular pertussis vaccine, adsorbed
allergy | cat allergy | Cat dander (substance)
allergy | penicillin | Allergy to penicillin
allergy | sulfa drugs | Sulfonamide
allergy | codeine | Codeine
allergy | shrimp | Shrimp (substance)
allergy | ibuprofen | Ibuprofen 200 MG
allergy | peanut | Peanut-containing product
social_history | smoking | Former smoker
social_history | smoking | Ex-smoker (finding)
social_history | alcohol | Alcohol use
"""

OTHER = """
observation | creatinine | Microalbumin Creatinine Ratio
observation | creatinine | Creatinine [Mass/volume] in Urine
observation | albumin | Albumin/Creatinine [Mass Ratio] in Urine
observation | glucose | Glucose [Mass/volume] in Urine by Test strip
observation | glucose | Glucose [Mass/volume] in Serum or Plasma --1 hour post 50 g glucose PO
observation | hemoglobin | Hemoglobin A1c/Hemoglobin.total in Blood
observation | hemoglobin | MCHC [Mass/volume] by Automated count
observation | hemoglobin | Hemoglobin.gastrointestinal [Presence] in Stool by Immunologic method
observation | heart rate | 10 minute Apgar Heart Rate
observation | heart rate | Heart rate rhythm
observation | weight | Weight-for-length Per age and sex
observation | weight | Birth weight
observation | BMI | Body mass index (BMI) [Percentile] Per age and sex
observation | cholesterol | Cholesterol in LDL [Mass/volume] in Serum or Plasma by calculation
observation | cholesterol | High Density Lipoprotein Cholesterol
observation | LDL | Cholesterol in HDL [Mass/volume] in Serum or Plasma
observation | calcium | Calcium.ionized [Moles/volume] in Serum or Plasma
observation | bilirubin | Bilirubin.direct [Mass/volume] in Serum or Plasma
observation | T4 | Thyrotropin [Units/volume] in Serum or Plasma
observation | protein | C reactive protein [Mass/volume] in Serum or Plasma
observation | protein | Protein [Mass/volume] in Urine by Test strip
observation | sodium | Potassium [Moles/volume] in Serum or Plasma
observation | systolic | Diastolic blood pressure
observation | oxygen saturation | Inhaled oxygen flow rate
observation | vitamin B12 | 25-hydroxyvitamin D3 [Mass/volume] in Serum or Plasma
observation | peanut | Peanut IgE Ab in Serum
observation | troponin | Creatinine
observation | glucose xylophone | Glucose
observation | kidney | Creatinine
observation | count | Leukocytes [#/volume] in Blood by Automated count
observation | urine glucose | Glucose [Mass/volume] in Serum or Plasma
observation | PSA | Prostate specific Ag Free [Mass/volume] in Serum or Plasma
observation | BUN | Urea nitrogen/Creatinine [Mass Ratio] in Serum or Plasma
observation | iron | Iron binding capacity [Mass/volume] in Serum or Plasma
observation | red cell distribution width | Platelet distribution width [Entitic volume] in Blood by Automated count
observation | platelets | Platelet mean volume [Entitic volume] in Blood by Automated count
condition | diabetes | Prediabetes
condition | diabetes | Diabetes insipidus
condition | type 1 diabetes | Diabetes mellitus type 2 (disorder)
condition | type 2 diabetes | Type 1 diabetes mellitus without complications
condition | hypotension | Hypertension
condition | hypertension | Hypotension (disorder)
condition | hyperglycemia | Hypoglycemia (disorder)
condition | hypoglycemia | Hyperglycemia (disorder)
condition | hypothyroidism | Hyperthyroidism (disorder)
condition | hypertension | Pulmonary hypertension (disorder)
condition | hypertension | Family history of hypertension (situation)
condition | hypertension | Screening for hypertension
condition | depression | At risk of depression
condition | lung cancer | Suspected lung cancer (situation)
condition | breast cancer | Family history of breast cancer (situation)
condition | breast cancer | Primary malignant neoplasm of colon
condition | broken leg | Fracture of forearm
condition | broken arm | Laceration of forearm
condition | ankle fracture | Sprain of ankle
condition | loss of consciousness | Concussion with no loss of consciousness
condition | heart attack | Cardiac Arrest
condition | heart attack | Panic attack
condition | kidney stones | Chronic kidney disease stage 3 (disorder)
condition | kidney transplant | Awaiting transplantation of kidney (situation)
condition | chest | Chest pain
condition | chronic | Chronic pain
condition | acute | Acute bronchitis (disorder)
condition | hepatitis B | Hepatitis C
condition | viral hepatitis C | Viral sinusitis (disorder)
condition | stroke | Heat stroke
condition | stomach ulcer | Ulcer of duodenum (disorder)
condition | cancer | Benign neoplasm of skin
condition | pneumonia | Emphysema
condition | gastritis | Gastroenteritis
condition | osteoporosis | Osteoarthritis of knee
condition | osteoarthritis | Osteoporosis (disorder)
condition | rheumatoid arthritis | Osteoarthritis of knee
condition | fever | Rheumatic fever
condition | pregnancy | Tubal pregnancy prevention education
condition | migraine | Headache
condition | gout | Goiter
condition | lupus | Fever (finding)
condition | unicorn disease | Kidney disease
condition | diabetic | Prediabetes
condition | asthma | Family history of asthma
condition | eye infection | Otitis media
condition | sinus | Viral sinusitis (disorder)
medication | lisinopril | Losartan 50 MG Oral Tablet
medication | prednisone | prednisolone 5 MG Oral Tablet
medication | hydroxyzine | hydralazine 25 MG Oral Tablet
medication | metformin | metoprolol tartrate 50 MG Oral Tablet
medication | statin | lisinopril 20 MG Oral Tablet
medication | water pill | lisinopril 20 MG Oral Tablet
medication | blood thinner | Aspirin 81 MG Oral Tablet
medication | insulin | 24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet
medication | sodium | Warfarin Sodium 5 MG Oral Tablet
medication | potassium | Penicillin V Potassium 250 MG Oral Tablet
medication | calcium | Atorvastatin calcium 20 MG Oral Tablet
medication | oral tablet | Simvastatin 20 MG Oral Tablet
medication | oxycodone | Acetaminophen 325 MG / HYDROcodone Bitartrate 7.5 MG Oral Tablet
medication | codeine | oxyCODONE Hydrochloride 5 MG Oral Tablet
medication | amlodipine | amiodarone hydrochloride 200 MG Oral Tablet
medication | lantus | insulin lispro 100 UNT/ML [Humalog]
medication | ibuprofen | Acetaminophen 325 MG Oral Tablet
medication | antibiotic | Fluconazole 150 MG Oral Tablet
medication | zinc | ferrous sulfate 325 MG Oral Tablet
immunization | flu shot | Haemophilus influenzae type b (Hib)
immunization | hepatitis A vaccine | Hep B, adult
immunization | shingles shot | varicella
immunization | tetanus shot | Influenza, seasonal, injectable, preservative free
immunization | pneumonia shot | Influenza, seasonal, injectable, preservative free
immunization | HPV vaccine | Hep B, adult
immunization | covid vaccine | Influenza, seasonal, injectable, preservative free
immunization | rabies vaccine | rotavirus, monovalent
procedure | appendectomy | Tonsillectomy
procedure | colonoscopy | Sigmoidoscopy
procedure | depression | Depression screening (procedure)
procedure | kidney transplant | Pretransplant evaluation of kidney recipient (procedure)
procedure | knee replacement | Knee X-ray
procedure | chest x-ray | Knee X-ray
procedure | MRI | Computed tomography of chest and abdomen
procedure | hysterectomy | Hysteroscopy
procedure | breast biopsy | Biopsy of prostate
procedure | transplant | Referral to transplant surgeon (procedure)
procedure | IUD removal | Insertion of intrauterine contraceptive device
procedure | smoking | Smoking cessation education
allergy | penicillin | Cephalexin
allergy | peanuts | Allergy to tree pollen
allergy | tree nuts | Allergy to tree pollen
allergy | eggs | Allergy to fish
allergy | cat | Dog dander
device | pacemaker | Manual wheelchair (physical object)
finding | chest pain | back pain
finding | nausea | fatigue
finding | leg pain | arm pain
condition | cholesterol | High cholesterol
condition | blood pressure | High blood pressure
condition | weight | Weight loss
condition | glucose | Impaired glucose tolerance
medication | glucose | Blood glucose testing strips
condition | potassium | Low potassium
procedure | glucose | Glucose tolerance test
condition | iron | Iron deficiency anemia
condition | vitamin d | Vitamin D deficiency
condition | heart | Heart failure
condition | prostate cancer | Malignant neoplasm of breast
condition | liver cancer | Malignant neoplasm of lung
condition | heart failure | Kidney failure
condition | kidney failure | Heart failure
condition | left leg pain | Pain in right leg
condition | pain in left knee | Pain in right knee
condition | type 1 diabetes | Type 2 diabetes mellitus with hyperglycemia
condition | stage 4 ckd | Chronic kidney disease stage 3 (disorder)
condition | hepatitis c | Hepatitis A
condition | vitamin b12 deficiency | Vitamin D deficiency
medication | vitamin c | Vitamin D
medication | vitamin d | Vitamin B 12
condition | breast pain | Chest pain
observation | ldl | VLDL cholesterol
observation | systolic | Heart rate
observation | free t4 | Thyroxine (T4) [Mass/volume] in Serum or Plasma
observation | testosterone | Testosterone Free [Mass/volume] in Serum or Plasma
observation | red blood cells | Leukocytes [#/volume] in Blood
condition | seizure | Febrile convulsion prevention
condition | hip replacement | Hip fracture
procedure | hip replacement | Total knee replacement
procedure | ct head | CT chest
procedure | mri knee | MRI of brain
procedure | kidney biopsy | Biopsy of liver
procedure | right knee replacement | Total replacement of left knee joint
medication | hydrocodone | oxycodone 5 MG Oral Tablet
medication | beta blocker | amlodipine 5 MG Oral Tablet
medication | losartan | valsartan 80 MG Oral Tablet
immunization | polio vaccine | Influenza
immunization | pneumonia vaccine | Meningococcal B
allergy | milk | Almond
allergy | nuts | Coconut
condition | alcohol abuse | Drug abuse
condition | hearing loss | Hair loss
condition | bone loss | Hair loss
condition | lung nodule | Thyroid nodule
"""


def _pairs(table: str) -> list[tuple[str, str, str]]:
    return [(kind, phrase, display) for kind, phrase, display in (line.split(" | ") for line in table.strip().splitlines())]


@pytest.mark.parametrize(("kind", "phrase", "display"), _pairs(SAME))
def test_phrase_finds_the_display(kind: str, phrase: str, display: str) -> None:
    concept = ChartConcept(kind, "", display, 1)
    assert [match.concept for match in resolve(phrase, frozenset(), [concept]).matches] == [concept]


@pytest.mark.parametrize(("kind", "phrase", "display"), _pairs(OTHER))
def test_phrase_is_not_the_display(kind: str, phrase: str, display: str) -> None:
    assert resolve(phrase, frozenset(), [ChartConcept(kind, "", display, 1)]).matches == ()


@pytest.mark.parametrize(("kind", "phrase", "display"), _pairs(SAME)[::5])
def test_an_unexplained_word_leaves_nothing(kind: str, phrase: str, display: str) -> None:
    assert resolve(f"{phrase} flugelhorn", frozenset(), [ChartConcept(kind, "", display, 1)]).matches == ()
