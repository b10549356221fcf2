import {
  type CommandAttributes,
  commandEventSchema,
  commandTypePrefix,
  engineCommand,
  type Signable,
  signedSchema,
  unionByType,
} from '@holdfast/schemas'
import type { z } from 'zod'
import { type CommandKind, commandDefinitionOf, commandKinds, commands } from './registry.ts'

/** The data of each command. */
export const commandBodies = Object.fromEntries(commandKinds.map(kind => [kind, commands[kind].body])) as {
  readonly [K in CommandKind]: (typeof commands)[K]['body']
}
export type CommandBody<K extends CommandKind> = z.output<(typeof commands)[K]['body']>

/** Example data of each command of members, as a starting point. */
export const commandExamples = Object.fromEntries(
  commandKinds.flatMap(kind => {
    const example = commandDefinitionOf(kind)?.example
    return example === undefined ? [] : [[kind, example]]
  }),
) as { readonly [K in CommandKind as (typeof commands)[K] extends { example: unknown } ? K : never]: CommandBody<K> } & {
  readonly [K in CommandKind]?: CommandBody<K>
}

/** Whether members may give the command in a signed event. An HTTP command has no signature and cannot claim one. */
export const isSignable = (kind: CommandKind): boolean => commandDefinitionOf(kind)?.signable === true

export const commandType = <K extends CommandKind>(kind: K) => `${commandTypePrefix}${kind}` as const

type CommandEvent<K extends CommandKind> = z.output<ReturnType<typeof buildCommandSchema<K>>>
const buildCommandSchema = <K extends CommandKind>(kind: K) => commandEventSchema(commandType(kind), storedBodyOf(kind))

/** The data of a command as `freeze.commands` stores it: with the sender's signature, if the command can have one. */
export const storedBodyOf = <K extends CommandKind>(kind: K): (typeof commandBodies)[K] =>
  isSignable(kind)
    ? ((commandBodies[kind] as z.ZodObject).safeExtend({ signed: signedSchema.optional() }) as z.ZodType as (typeof commandBodies)[K])
    : commandBodies[kind]

/** A command of `freeze.commands`. */
export type Command = {
  [K in CommandKind]: Omit<CommandEvent<K>, 'type' | 'data'> & { type: `holdfast.command.v1.${K}`; data: CommandBody<K> & Signable }
}[CommandKind]

export const commandKindOf = (command: { readonly type: string }) => command.type.slice(commandTypePrefix.length) as CommandKind

/** The address of a command's data in the published JSON Schema. */
export const commandSchemaRef = (kind: CommandKind): string =>
  `urn:holdfast:schema:command:v1#/oneOf/${commandKinds.indexOf(kind)}/properties/data`

export const commandSchema = unionByType(commandKinds.map(buildCommandSchema)).meta({
  title: 'Command',
  description: 'A record of freeze.commands.',
})

/** Builds the event of a command. */
export const commandEvent = <K extends CommandKind>(kind: K, data: CommandBody<K>, attributes: CommandAttributes): Command =>
  engineCommand(kind, data, attributes) as Command
