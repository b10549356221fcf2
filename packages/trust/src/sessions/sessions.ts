import { randomUUID } from 'node:crypto'
import {
  accepted,
  actorProofSchema,
  countrySchema,
  type MemberActor,
  memberRoles,
  personSchema,
  type Refusal,
  type Result,
  type SpecialUnit,
  specialUnits,
} from '@holdfast/schemas'
import { z } from 'zod'
import type { EngineSecret } from '../engine-secret.ts'
import type { Members } from '../registry/members.ts'
import { unauthenticated } from '../tokens/jwt.ts'
import type { VerifiedActor } from '../tokens/tokens.ts'
import { createDocumentCipher } from './document-cipher.ts'
import type { EndedSessions } from './ended-sessions.ts'

/** A person who signed in at the desk. */
export interface Session extends MemberActor {
  /** When the person last authenticated. */
  readonly signedInAt: Date
  readonly endsAt: Date
  /** How: the methods or the class that the provider reported. */
  readonly how?: readonly string[] | undefined
  /** For a member of a specialised unit instead of the national desk. */
  readonly unit?: SpecialUnit | undefined
}

export interface Sessions {
  encrypt(session: Session): Promise<string>
  /** Decrypts a session and returns its principal. */
  verify(text: string): Promise<Result<VerifiedActor, Refusal>>
  /** Ends a session early, so that no copy of it is valid; does nothing for an invalid one. */
  end(text: string): Promise<void>
}

export interface SessionsOptions {
  readonly secret: EngineSecret
  readonly members: Members
  readonly now: () => Date
  readonly ended: EndedSessions
}

const sessionSchema = z.object({
  sessionId: z.uuid(),
  country: countrySchema,
  role: z.enum(memberRoles),
  person: personSchema,
  proof: actorProofSchema.optional(),
  signedInMs: z.number(),
  how: z.array(z.string()).optional(),
  unit: z.enum(specialUnits).optional(),
  exp: z.number(),
})

// The same message for a session that was signed out, expired, belongs to another engine or was forged.
const notOne = unauthenticated('the session has ended, or is not one of this engine: sign in again')

/**
 * Sessions are stored only at the client; any desk of the engine can read them. One ends at its time limit or at
 * sign-out.
 */
export function createSessions({ secret, members, now, ended }: SessionsOptions): Sessions {
  const cipher = createDocumentCipher(secret, 'sessions')

  async function open(text: string) {
    const encrypted = sessionSchema.safeParse(await cipher.open(text, now()))
    return encrypted.success && !ended.has(encrypted.data.sessionId) ? encrypted.data : undefined
  }

  return {
    encrypt: ({ country, role, person, proof, signedInAt, endsAt, how, unit }) =>
      cipher.encrypt(
        {
          sessionId: randomUUID(),
          country,
          role,
          person,
          ...(proof ? { proof } : {}),
          signedInMs: signedInAt.getTime(),
          ...(how ? { how: [...how] } : {}),
          ...(unit ? { unit } : {}),
        },
        endsAt,
      ),
    async verify(text) {
      const encrypted = await open(text)
      // A country that left the registry has no valid sessions.
      if (!encrypted || !members.has(encrypted.country)) return notOne
      const { sessionId, country, role, person, proof, signedInMs, how, unit, exp } = encrypted
      return accepted({
        sessionId,
        country,
        role,
        person,
        ...(proof ? { proof } : {}),
        tokenEndsAt: new Date(exp * 1000),
        signedInAt: new Date(signedInMs),
        ...(how ? { how } : {}),
        ...(unit ? { unit } : {}),
      })
    },
    async end(text) {
      const encrypted = await open(text)
      if (encrypted) await ended.add({ sessionId: encrypted.sessionId, endsAt: new Date(encrypted.exp * 1000) })
    },
  }
}
