import { commandResponses } from './commands.ts'
import { engineResponses } from './engine.ts'
import { institutionResponses } from './institutions.ts'
import { requestResponses } from './requests.ts'
import { workResponses } from './work.ts'

/**
 * What HTTP responds with, for its readers. The engine neither loads these schemas nor checks its own responses by them.
 * The compiler checks that they take what the engine's types allow.
 */
export const responseSchemas = { ...requestResponses, ...commandResponses, ...workResponses, ...institutionResponses, ...engineResponses }
