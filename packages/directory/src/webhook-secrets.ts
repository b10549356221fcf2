import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { keyIdSchema } from './directory-file.ts'
import { secretOf } from './webhook-signature.ts'

/** The secrets that webhooks are signed with, by their names. */
export interface WebhookSecrets {
  /** The secret of this name as it is now. Throws what is wrong with it, never what it is. */
  read(keyId: string): Buffer
}

/**
 * Secrets in a folder, a file for each, named by its key id: as orchestrators mount them, and never in the directory, which is shown around. Read anew each time, 20 µs
 * beside a call over a network, so that a changed one counts at once.
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

/** What is wrong with a secret that a directory names. */
export function problemOfSecret(secrets: WebhookSecrets, keyId: string): string | undefined {
  try {
    secrets.read(keyId)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}
