import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Paths of the parts of a certificate, in PEM. */
export interface CertificateFiles {
  readonly cert: string
  readonly key: string
  /** Both in one file, as Kafka takes them. */
  readonly both: string
}

export interface CertificateLife {
  /** As openssl takes it: `20200101000000Z`. */
  readonly from: string
  readonly to: string
}

/** An authority of a test's own: who trusts it knows whom it has signed for. */
export interface Authority {
  readonly cert: string
  /** Signs for a name, at 127.0.0.1 and localhost, for a day unless it is said otherwise. */
  issue(name: string, life?: CertificateLife): Promise<CertificateFiles>
}

/** Made by openssl, in a folder that the caller removes. Throws what openssl says. */
export async function createAuthority(folder: string, name = 'authority'): Promise<Authority> {
  mkdirSync(folder, { recursive: true })
  const at = (file: string): string => join(folder, file)
  const authority = { cert: at(`${name}.pem`), key: at(`${name}.key`) }
  await run('openssl', ['req', '-x509', ...newKey(authority.key), '-out', authority.cert, '-days', '1', '-subj', `/CN=${name}`])
  await writeFile(at('extensions'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n')

  return {
    cert: authority.cert,
    async issue(subject, life) {
      const files = { cert: at(`${subject}.pem`), key: at(`${subject}.key`), both: at(`${subject}.both.pem`) }
      const wish = at(`${subject}.csr`)
      await run('openssl', ['req', ...newKey(files.key), '-out', wish, '-subj', `/CN=${subject}`])
      const lasts = life ? ['-not_before', life.from, '-not_after', life.to] : ['-days', '1']
      const signed = ['-CA', authority.cert, '-CAkey', authority.key, '-extfile', at('extensions'), ...lasts]
      await run('openssl', ['x509', '-req', '-in', wish, ...signed, '-out', files.cert])
      await writeFile(files.both, readFileSync(files.key), { mode: 0o600 })
      await appendFile(files.both, readFileSync(files.cert))
      return files
    },
  }
}

const newKey = (path: string): string[] => ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', path]
