import { EncryptJWT, errors, type JWTPayload, jwtDecrypt } from 'jose'
import type { EngineSecret } from '../engine-secret.ts'

/** Encrypted documents that a client carries: it can't read, forge or change them, and the engine stores nothing. */
export interface DocumentCipher {
  /** Returns letters, digits and `.-_`, suitable for cookies and URLs. Valid until `endsAt`, to the second. */
  encrypt(content: JWTPayload, endsAt: Date): Promise<string>
  /** Undefined if this engine did not encrypt the text for this purpose, or if it has expired. */
  open(text: string, at: Date): Promise<JWTPayload | undefined>
}

const alg = 'dir'
const enc = 'A256GCM'
/** The size limit of a cookie is 4,096 bytes. */
const textMax = 4_096

/**
 * Encrypts under an engine key for one purpose (RFC 7516, AES-256-GCM). Any service of the engine can decrypt it, but
 * not for another purpose. Takes 0.1 ms.
 */
export function createDocumentCipher(secret: EngineSecret, purpose: string): DocumentCipher {
  const key = secret.keyFor(`encrypted/${purpose}`)
  return {
    encrypt: (content, endsAt) =>
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
