import '../../core/jitless.ts'
import { type CommandKind, commandBodies } from '@holdfast/payment-stop/language'
import { type Problem, parseWith } from '@holdfast/schemas'
import { z } from 'zod'

// The engine's own schemas of commands. The page fetches them once, when a form is opened.

/** The data of a command as JSON Schema. */
export const bodySchemaOf = (command: CommandKind): unknown => z.toJSONSchema(commandBodies[command], { io: 'input' })

/** The problems of a command's data by path, in the engine's own text. */
export function problemsWith(command: CommandKind, data: unknown): readonly Problem[] {
  const parsed = parseWith<z.ZodType>(commandBodies[command], data)
  return parsed.ok ? [] : parsed.error
}
