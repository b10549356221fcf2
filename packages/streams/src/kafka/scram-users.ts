import { pbkdf2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { errorOf, sendFlexible } from './kafkajs.ts'
import type { KafkaBroker } from './kafkajs-shapes.ts'

// The two requests of KIP-554, which kafkajs lacks.

export const scramMechanisms = ['scram-sha-256', 'scram-sha-512'] as const
export type ScramMechanism = (typeof scramMechanisms)[number]

const derived = promisify(pbkdf2)
const digests = { 'scram-sha-256': { name: 'sha256', bytes: 32 }, 'scram-sha-512': { name: 'sha512', bytes: 64 } } as const
/**
 * The minimum, and the default of Kafka's own tools. Passwords here are 256 random bits, which can't be guessed at any
 * cost per attempt.
 */
const iterations = 4_096
const saltBytes = 24

/** Its number in the protocol, starting at 1. */
const numberOf = (mechanism: ScramMechanism): number => scramMechanisms.indexOf(mechanism) + 1

export async function scramUsers(broker: KafkaBroker): Promise<ReadonlyMap<string, readonly ScramMechanism[]>> {
  const found = new Map<string, ScramMechanism[]>()
  const fault = await sendFlexible(broker, {
    apiKey: 50,
    apiName: 'DescribeUserScramCredentials',
    // Null selects every user. No tagged fields.
    encode: into => into.writeUVarInt(0).writeUVarInt(0),
    decode(from) {
      from.readInt32()
      const code = from.readInt16()
      from.readUVarIntString()
      for (let users = from.readUVarInt() - 1; users > 0; users--) {
        const user = from.readUVarIntString() ?? ''
        from.readInt16()
        from.readUVarIntString()
        const mechanisms: ScramMechanism[] = []
        for (let each = from.readUVarInt() - 1; each > 0; each--) {
          const mechanism = scramMechanisms[from.readInt8() - 1]
          if (mechanism) mechanisms.push(mechanism)
          from.readInt32()
          from.readTaggedFields()
        }
        from.readTaggedFields()
        found.set(user, mechanisms)
      }
      return errorOf(code)
    },
  })
  if (fault) throw fault
  return found
}

export interface ScramUser {
  readonly user: string
  readonly mechanism: ScramMechanism
  readonly password: string
}

export async function putScramUser(broker: KafkaBroker, { user, mechanism, password }: ScramUser): Promise<void> {
  const { name, bytes } = digests[mechanism]
  const salt = randomBytes(saltBytes)
  const salted = await derived(password, salt, iterations, bytes, name)
  const fault = await sendFlexible(broker, {
    apiKey: 51,
    apiName: 'AlterUserScramCredentials',
    // No deletions, one insertion. Arrays start with their length plus one.
    encode: into =>
      into
        .writeUVarInt(1)
        .writeUVarInt(2)
        .writeUVarIntString(user)
        .writeInt8(numberOf(mechanism))
        .writeInt32(iterations)
        .writeUVarIntBytes(salt)
        .writeUVarIntBytes(salted)
        .writeUVarInt(0)
        .writeUVarInt(0),
    decode(from) {
      from.readInt32()
      const results = from.readUVarInt() - 1
      from.readUVarIntString()
      return results === 1 ? errorOf(from.readInt16()) : new Error(`the broker answered for ${results} users instead of one`)
    },
  })
  if (fault)
    throw Object.assign(new Error(`the password of ${user} can't be set: ${fault.message}`, { cause: fault }), {
      type: 'type' in fault ? fault.type : undefined,
    })
}
