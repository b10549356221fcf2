/** Cases that no message decides, for a person, with what to do. */
export const attentionCodes = [
  'ASK_INSTITUTION',
  'LOOK_FOR_RETURN',
  'READ_WORDS',
  'IN_PART',
  'CONTRADICTION',
  'AMOUNT_UNCLEAR',
  'NOT_AN_ANSWER',
] as const
export type AttentionCode = (typeof attentionCodes)[number]

export interface Advice {
  readonly attention: AttentionCode
  /** What the person has to do, as a sentence. */
  readonly advice: string
}
