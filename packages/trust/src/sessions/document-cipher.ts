import { EncryptJWT, errors, type JWTPayload, jwtDecrypt } from 'jose'
import type { EngineSecret } from '../engine-secret.ts'

/** Documents that go out and come back: whoever carries them can neither read nor make nor change one, and nothing is stored of them. */
export interface DocumentCipher {
  /** A text of letters, digits and `.-_`, fit for a cookie and an address. It counts until `endsAt`, to the second. */
  seal(content: JWTPayload, endsAt: Date): Promise<string>
  /** Undefined where the text was not sealed by this engine for this purpose, or has ended. */
  open(text: string, at: Date): Promise<JWTPayload | undefined>
}

const alg = 'dir'
const enc = 'A256GCM'
/** A cookie has room for 4,096 bytes. */
const textMax = 4_096

/**
 * Seals with a key of the engine for one purpose (RFC 7516, AES-256-GCM): any service of the engine opens it, and what is sealed for one
 * purpose is nothing for another. 0.1 ms.
 */
export function createDocumentCipher(secret: EngineSecret, purpose: string): DocumentCipher {
  const key = secret.keyFor(`sealed/${purpose}`)
  return {
    seal: (content, endsAt) =>
      new EncryptJWT(content)
        .setProtectedHeader({ alg, enc })
        .setExpirationTime(Math.floor(endsAt.getTime() / 1000))
        .encrypt(key),
    async open(text, at) {
      if (text.length > textMax) return undefined
      try {
        const { payload } = await jwtDecrypt(text, key, {
          keyManagementAlgorithms: [alg],
          contentEncryptionAlgorithms: [enc],
          requiredClaims: ['exp'],
          currentDate: at,
        })
        return payload
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined
        throw error
      }
    },
  }
}
