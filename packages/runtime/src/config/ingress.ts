import { z } from 'zod'
import { isOrigin, listOf, wholeNumber } from './values.ts'

/** Rate limits of one process, and the disk space to keep free. */
export const rateLimits = {
  HOLDFAST_REQUESTS_PER_SECOND: wholeNumber(1, 1_000_000)
    .default(100)
    .describe('HTTP requests per second of one member role at one process'),
  HOLDFAST_CONNECTIONS_PER_ADDRESS: wholeNumber(1, 4_000)
    .default(2_000)
    .describe('Open connections of one address, of the 4,000 of one process'),
  HOLDFAST_BYTES_PER_SECOND: wholeNumber(1_000, 1_000_000_000)
    .default(1_000_000)
    .describe('Sent bytes per second of one member role at one process'),
  HOLDFAST_DISK_FREE_MB: wholeNumber(0, 1_000_000).default(512).describe('Free space below which the service accepts no new request'),
}

/** Limits of open streams. */
export const openStreams = {
  HOLDFAST_STREAMS_PER_MEMBER: wholeNumber(1, 100_000).default(100).describe('Open streams and exports of one member at one desk'),
  HOLDFAST_STREAMS_MAX: wholeNumber(1, 100_000).default(1_000).describe('Open streams and exports of all members at one desk'),
}

/** The public addresses of a service, and what its proxy states. */
export const addresses = {
  HOLDFAST_DESK_URL: z
    .string()
    .refine(isOrigin, {
      message: 'must be an origin such as https://desk.example.org, without a path; http only for 127.0.0.1 and localhost',
    })
    .optional()
    .describe('Public address of the desk; default: 127.0.0.1 and localhost'),
  HOLDFAST_PUBLIC_ORIGINS: listOf(
    z.string().refine(isOrigin, {
      message:
        'must be origins such as https://freeze.example.org, several separated by commas, without a path; http only for 127.0.0.1 and localhost',
    }),
  )
    .optional()
    .describe('Public addresses of this service, which DPoP proofs must name'),
  HOLDFAST_CLIENT_CERT_HEADER: z
    .enum(['ignore', 'trust'])
    .default('ignore')
    .describe('Whether to trust the header `Client-Cert` of a proxy (RFC 9440)'),
}
