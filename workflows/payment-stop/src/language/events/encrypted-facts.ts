import { erasedDataSchema, signedSchema, storedDataSchema, unionByType, withoutPersonalData } from '@holdfast/schemas'
import { personalDataPointers } from './encrypted-commands.ts'
import { factEventSchema } from './envelope.ts'
import { factType } from './facts.ts'
import { type CommandKind, commandsOfFact, type FactKind, factKinds, facts } from './registry.ts'
import { resultingStateSchema } from './resulting-state.ts'

/** The command that a fact takes its personal data from; undefined if the fact has none. */
export const commandOfFact = (kind: FactKind): CommandKind | undefined =>
  commandsOfFact(kind).find(command => personalDataPointers[command].length > 0)

const buildEncryptedSchema = (kind: FactKind, of: CommandKind, encrypted: typeof storedDataSchema | typeof erasedDataSchema) =>
  factEventSchema(
    factType(kind),
    withoutPersonalData(facts[kind].body.extend({ signed: signedSchema.optional() }), personalDataPointers[of]).extend({
      resultingState: resultingStateSchema,
      encrypted,
    }),
  )

/** Facts with encrypted personal data, as they are stored. A proposal has it in the quoted command. */
export const encryptedFacts = () => factsWith(storedDataSchema)

/** Facts as a reader receives them after the keys were destroyed. */
export const erasedFacts = () => factsWith(erasedDataSchema)

const factsWith = (encrypted: typeof storedDataSchema | typeof erasedDataSchema) =>
  unionByType(
    factKinds.flatMap(kind => {
      const of = commandOfFact(kind)
      return of ? [buildEncryptedSchema(kind, of, encrypted)] : []
    }),
  )
