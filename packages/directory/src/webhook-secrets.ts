import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { keyIdSchema } from './directory-file.ts'
import { secretOf } from './webhook-signature.ts'

/** The signing secrets of webhooks, by name. */
export interface WebhookSecrets {
  /** The current secret of this name. Throws a description of the problem, without the secret. */
  read(keyId: string): Buffer
}

/**
 * Secrets in a folder, one file each with the key id as its name, as orchestrators mount them. They are never in the
 * directory, which many people read. Each use reads the file again (20 µs, little for a network call), so that a changed
 * secret applies at once.
 */
export const createWebhookSecrets = (folder: string): WebhookSecrets => ({
  read(keyId) {
    if (!keyIdSchema.safeParse(keyId).success) throw new Error('no key has such a name')
    return secretOf(readText(join(folder, keyId), keyId))
  },
})

function readText(path: string, keyId: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new Error(`the secret ${keyId} can not be read from the folder of secrets: ${(error as NodeJS.ErrnoException).code}`, {
      cause: error,
    })
  }
}

/** The problem of a secret that a directory names. */
export function problemOfSecret(secrets: WebhookSecrets, keyId: string): string | undefined {
  try {
    secrets.read(keyId)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
