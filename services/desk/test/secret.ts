import { createEngineSecret } from '@holdfast/trust'

/** The same in each run, so that what a view holds is, too. */
export const testSecret = createEngineSecret(Buffer.alloc(32, 7))
