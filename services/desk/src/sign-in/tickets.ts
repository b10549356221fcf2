import { cookieText, readCookie } from '@holdfast/http'
import type { ServiceContext } from '@holdfast/service-kit'
import { createDocumentCipher } from '@holdfast/trust'
import { z } from 'zod'
import type { SignInTicket } from './identity-provider.ts'
import { returnPathOf } from './return-path.ts'

/** A sign-in that was started in this browser. */
export interface BegunSignIn extends SignInTicket {
  /** The path to open after sign-in. */
  readonly wayBack: string
}

export interface Tickets {
  /** Returns a Set-Cookie header. */
  keep(begun: BegunSignIn): Promise<string>
  /** Reads a Cookie header. Undefined if no sign-in was started in this browser, or too long ago. */
  find(cookies: string | undefined): Promise<BegunSignIn | undefined>
  /** A Set-Cookie header that deletes the ticket. */
  readonly dropped: string
}

const cookie = '__Host-holdfast-sign-in'
/** Time to find the telephone that gets the provider's code. */
const lifeSeconds = 600

const schema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  again: z.boolean(),
  beganMs: z.number(),
  wayBack: z.string(),
})

/**
 * The browser keeps the state of the sign-in in an encrypted cookie. SameSite=Lax, because the callback comes from
 * another site.
 */
export function createTickets({ secret, clock }: Pick<ServiceContext, 'secret' | 'clock'>): Tickets {
  const cipher = createDocumentCipher(secret, 'sign-ins')
  return {
    async keep(begun) {
      const text = await cipher.encrypt({ ...begun }, new Date(begun.beganMs + lifeSeconds * 1000))
      return cookieText(cookie, text, { sameSite: 'Lax', maxAgeSeconds: lifeSeconds })
    },
    async find(cookies) {
      const text = readCookie(cookies, cookie)
      const begun = text === undefined ? undefined : schema.safeParse(await cipher.open(text, clock.now()))
      return begun?.success ? { ...begun.data, wayBack: returnPathOf(begun.data.wayBack) } : undefined
    },
    dropped: cookieText(cookie, '', { sameSite: 'Lax', maxAgeSeconds: 0 }),
  }
}
