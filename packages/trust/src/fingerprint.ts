import { hash } from 'node:crypto'
import { canonicalJson } from '@holdfast/schemas'

/** What tells two uses of one idempotency key apart, and goes into the id of what each of them makes: SHA-256 over member, route and canonical body (RFC 8785), so that spaces and order of properties do not count. */
export const fingerprintOf = (country: string, route: string, body: unknown): string =>
  hash('sha256', canonicalJson([country, route, body]))
