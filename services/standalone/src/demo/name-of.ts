import type { RequestView } from '@holdfast/schemas'

/** The name of a request in the story: its case, and for a child request also its hop: `SG-4741/1`. */
export const nameOf = ({ caseReference, parent }: RequestView): string => (parent ? `${caseReference}/${parent.hop}` : caseReference)
