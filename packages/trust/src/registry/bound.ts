import { z } from 'zod'

/**
 * What the registry may say of the owner of a key: that its tokens are bound to another key (`dpop`, RFC 9449) or to a
 * certificate (`mtls`, RFC 8705); `no` for an owner whose member says otherwise.
 */
export const boundSchema = z.enum(['dpop', 'mtls', 'no'], 'must be dpop, mtls or no')
export type Bound = z.output<typeof boundSchema>
