import { countrySchema, factEventSchemaOf } from '@holdfast/schemas'

/** The coarse states of a payment stop. */
export const phases = ['received', 'verified', 'frozen', 'recovered', 'closed'] as const
export type Phase = (typeof phases)[number]

/** What the records of payment stops have besides the attributes of all workflows. */
export const attributes = { beneficiarycountry: countrySchema }

/** The schema of a fact of one type. */
export const factEventSchema = factEventSchemaOf({ phases, attributes })
