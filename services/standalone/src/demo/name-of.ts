import type { RequestView } from '@holdfast/schemas'

/** How the story calls a request: by its case, and one that follows money onward by its hop too: `SG-4741/1`. */
export const nameOf = ({ caseReference, parent }: RequestView): string => (parent ? `${caseReference}/${parent.hop}` : caseReference)
