import { paymentTextSchema } from '@holdfast/schemas'
import { z } from 'zod'

/** The form of ISO 13616. Rule V02 checks the length and the check digits. */
export const ibanSchema = z.string().regex(/^[A-Z]{2}[0-9]{2}[A-Za-z0-9]{1,30}$/, 'must be an IBAN (ISO 13616), without spaces')

/** ISO 20022 UETR: a version 4 UUID in lower case. Never a key, because unrelated cases can have the same one (V13). */
export const uetrSchema = z
  .string()
  .regex(/^[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}$/, 'must be a UETR: a version 4 UUID in lower case')

export const leiSchema = z.string().regex(/^[A-Z0-9]{18}[0-9]{2}$/, 'must be an LEI of 20 characters (ISO 17442)')

/** A reference of a payment, as payment systems carried it. */
export const paymentReferenceSchema = paymentTextSchema(35)

/**
 * The kind of fraud. Covers the seven of INTERPOL's HAECHI operations and those of the FATF/Egmont/INTERPOL report of
 * 2023. `methods` says how the victim was reached, `authorisation` whether the victim consented.
 */
export const typologySchema = z.enum([
  'BEC_INVOICE',
  'BEC_CEO',
  'INVESTMENT',
  'ROMANCE',
  'IMPERSONATION_AUTHORITY',
  'IMPERSONATION_BANK',
  'IMPERSONATION_FAMILY',
  'TECH_SUPPORT',
  'ECOMMERCE',
  'EMPLOYMENT',
  'ADVANCE_FEE',
  'PHISHING_ATO',
  'SEXTORTION',
  'RANSOMWARE',
  'GAMBLING_LAUNDERING',
  'OTHER',
])

export const authorisationSchema = z.enum(['AUTHORISED_DECEIVED', 'UNAUTHORISED', 'COERCED'])

export const methodSchema = z.enum([
  'EMAIL',
  'VOICE',
  'DEEPFAKE_AUDIO',
  'DEEPFAKE_VIDEO',
  'SMS',
  'SOCIAL_MEDIA',
  'MALWARE',
  'CRYPTO',
  'INSIDER',
])

export const railSchema = z.enum(['SWIFT', 'SEPA', 'INSTANT', 'CARD', 'WALLET', 'CRYPTO'])

/** The purposes of INTERPOL's Rules on the Processing of Data, Art. 10, that a payment stop can have. */
export const purposeSchema = z.enum(['FREEZE_AND_RECOVER', 'FREEZE', 'LOCATE_AND_IDENTIFY', 'SUPPORT_INVESTIGATION'])

export const confidentialitySchema = z.enum(['OFFICIAL', 'RESTRICTED', 'CONFIDENTIAL'])

/** ISO 20022 external cancellation reason codes that a camt.056 may carry. A rule decides which of them mean fraud. */
export const cancellationReasonSchema = z.enum([
  'FRAD',
  'UAPA',
  'DUPL',
  'CUST',
  'AM09',
  'AC03',
  'AGNT',
  'CURR',
  'CUTA',
  'UPAY',
  'TECH',
  'COVR',
  'ENUE',
  'INDM',
  'SVNR',
  'MD06',
  'DT01',
  'NARR',
])

/** The legal basis of a hold (rule V20). The law of the beneficiary country limits the period of each. */
export const freezeBasisSchema = z.enum(['VOLUNTARY', 'FIU_SUSPENSION', 'POLICE_ORDER', 'PROSECUTOR', 'COURT'])

export type FreezeBasis = z.output<typeof freezeBasisSchema>

/**
 * What a return needs (rule V23): the holder's consent, an indemnity, or an order of a court or by mutual legal
 * assistance.
 */
export const returnBasisSchema = z.enum(['CONSENT', 'INDEMNITY', 'ORDER'])

/**
 * Interim answers of an institution: in progress (S000 received, S003 forwarded, S004 delivered), or what it still
 * needs.
 */
export const interimReasonSchema = z.enum(['S000', 'S003', 'S004', 'RQDA', 'ADAC', 'ARPL', 'INDM', 'CUST', 'NOAS'])

export type InterimReason = z.output<typeof interimReasonSchema>

/** What an order asks an institution to do. */
export const orderKindSchema = z.enum(['freeze', 'release', 'cancel', 'chase', 'information'])

export type OrderKind = z.output<typeof orderKindSchema>

/** Why a hold is lifted before its end. */
export const releaseReasonSchema = z.enum(['CHALLENGE_UPHELD', 'COURT_ORDER', 'WRONG_PARTY', 'REQUESTER_WISH', 'NOT_CONFIRMED', 'NARR'])

/** Why frozen money is not returned to the victim. */
export const unrecoveredReasonSchema = z.enum(['FORFEITED', 'CONSENT_REFUSED', 'PAID_ELSEWHERE', 'NARR'])

/**
 * Why no onward request can be made. The next country may be denied, the requester's own or no member. The chain may be
 * too long or a cycle, or the report lacks the account.
 */
export const childlessReasonSchema = z.enum(['DENIED_COUNTRY', 'SAME_COUNTRY', 'NOT_A_MEMBER', 'HOP_LIMIT', 'HOP_CYCLE', 'NO_PARTICULARS'])

export type ChildlessReason = z.output<typeof childlessReasonSchema>

/** Why a request is rejected (rule V24). */
export const rejectionCodeSchema = z.enum([
  'SAME_COUNTRY',
  'NOT_A_MEMBER',
  'NO_DUAL_CRIMINALITY',
  'ARTICLE_3',
  'NOT_FRAUD',
  'HOP_LIMIT',
  'HOP_CYCLE',
  'IMMUNITY',
  'NE_BIS_IN_IDEM',
  'OUT_OF_SCOPE',
  'INCOMPLETE',
  'LEGL',
  'AGNT',
  'NOOR',
  'NARR',
])

export type RejectionCode = z.output<typeof rejectionCodeSchema>
