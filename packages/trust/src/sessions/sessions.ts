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

/** Somebody who signed in at the desk. */
export interface Session extends MemberActor {
  /** When the person last proved who it is. */
  readonly signedInAt: Date
  readonly endsAt: Date
  /** How it did: the methods or the class that its provider told. */
  readonly how?: readonly string[] | undefined
  /** Of somebody who is of a specialised unit, and not of the desk of its country. */
  readonly unit?: SpecialUnit | undefined
}

export interface Sessions {
  seal(session: Session): Promise<string>
  /** Takes a sealed session as it came and returns who speaks. */
  verify(text: string): Promise<Result<VerifiedActor, Refusal>>
  /** Ends a session before its own end, so that no copy of it counts any more; does nothing where the text is none that counts. */
  end(text: string): Promise<void>
}

export interface SessionsOptions {
  readonly secret: EngineSecret
  readonly members: Members
  readonly now: () => Date
  readonly ended: EndedSessions
}

const sealedSchema = z.object({
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

// The same words for one that its person ended, one that has ended by itself, one of another engine and one that somebody made up.
const notOne = unauthenticated('the session has ended, or is not one of this engine: sign in again')

/** Sessions lie with who has them and nowhere else: any desk of the engine reads them. One ends at its end, or where its person signs out. */
export function createSessions({ secret, members, now, ended }: SessionsOptions): Sessions {
  const sealing = createDocumentCipher(secret, 'sessions')

  async function open(text: string) {
    const sealed = sealedSchema.safeParse(await sealing.open(text, now()))
    return sealed.success && !ended.has(sealed.data.sessionId) ? sealed.data : undefined
  }

  return {
    seal: ({ country, role, person, proof, signedInAt, endsAt, how, unit }) =>
      sealing.seal(
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
      const sealed = await open(text)
      // A country that has left the registry speaks no longer.
      if (!sealed || !members.has(sealed.country)) return notOne
      const { sessionId, country, role, person, proof, signedInMs, how, unit, exp } = sealed
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
      const sealed = await open(text)
      if (sealed) await ended.add({ sessionId: sealed.sessionId, endsAt: new Date(sealed.exp * 1000) })
    },
  }
}
