import { cookieText, readCookie } from '@holdfast/http'
import type { ServiceContext } from '@holdfast/service-kit'
import { createDocumentCipher } from '@holdfast/trust'
import { z } from 'zod'
import type { SignInTicket } from './identity-provider.ts'
import { returnPathOf } from './return-path.ts'

/** A sign-in that somebody began in this browser. */
export interface BegunSignIn extends SignInTicket {
  /** Where the person wanted to go. */
  readonly wayBack: string
}

export interface Tickets {
  /** A Set-Cookie header. */
  keep(begun: BegunSignIn): Promise<string>
  /** Of a Cookie header; undefined where none was begun in this browser, or too long ago. */
  find(cookies: string | undefined): Promise<BegunSignIn | undefined>
  /** A Set-Cookie header by which it counts no more. */
  readonly dropped: string
}

const cookie = '__Host-holdfast-sign-in'
/** To find the telephone on which a provider wants to see a code. */
const lifeSeconds = 600

const schema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  again: z.boolean(),
  beganMs: z.number(),
  wayBack: z.string(),
})

/** What has to be known again when the browser comes back lies in the browser, sealed. SameSite=Lax, as it comes back from another site. */
export function createTickets({ secret, clock }: Pick<ServiceContext, 'secret' | 'clock'>): Tickets {
  const sealing = createDocumentCipher(secret, 'sign-ins')
  return {
    async keep(begun) {
      const sealed = await sealing.seal({ ...begun }, new Date(begun.beganMs + lifeSeconds * 1000))
      return cookieText(cookie, sealed, { sameSite: 'Lax', maxAgeSeconds: lifeSeconds })
    },
    async find(cookies) {
      const sealed = readCookie(cookies, cookie)
      const begun = sealed === undefined ? undefined : schema.safeParse(await sealing.open(sealed, clock.now()))
      return begun?.success ? { ...begun.data, wayBack: returnPathOf(begun.data.wayBack) } : undefined
    },
    dropped: cookieText(cookie, '', { sameSite: 'Lax', maxAgeSeconds: 0 }),
  }
}
