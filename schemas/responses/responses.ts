import { commandResponses } from './commands.ts'
import { engineResponses } from './engine.ts'
import { institutionResponses } from './institutions.ts'
import { requestResponses } from './requests.ts'
import { workResponses } from './work.ts'

/**
 * Schemas of HTTP responses, for clients. The engine neither loads them nor checks its responses against them.
 * The compiler checks that they accept what the engine's types allow.
 */
export const responseSchemas = { ...requestResponses, ...commandResponses, ...workResponses, ...institutionResponses, ...engineResponses }
