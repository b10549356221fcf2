import { createRequire } from 'node:module'
import type Holidays from 'date-holidays'

const load = createRequire(import.meta.url)

// Loading the library takes 75 ms and 30 MB once, so a process without working days never loads it. It happens during a
// decision, which cannot wait for an `import()`.
let library: typeof Holidays | undefined
export function loadLibrary(): typeof Holidays {
  library ??= load('date-holidays') as typeof Holidays
  return library
}
