import { cloudEventHeaders } from '../port.ts'

/**
 * The one header of nearly all records, encoded as in a record after the header count: two lengths (zigzag, so doubled)
 * and two strings.
 */
export const structured = Buffer.concat(
  Object.entries(cloudEventHeaders)
    .flat()
    .flatMap(part => [Buffer.from([part.length * 2]), Buffer.from(part)]),
)
