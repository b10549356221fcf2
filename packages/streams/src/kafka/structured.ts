import { cloudEventHeaders } from '../port.ts'

/** The one header that nearly all records have, as it lies in a record behind the number of its headers: two lengths (zigzag, so doubled) and two texts. */
export const structured = Buffer.concat(
  Object.entries(cloudEventHeaders)
    .flat()
    .flatMap(part => [Buffer.from([part.length * 2]), Buffer.from(part)]),
)
