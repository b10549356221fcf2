import { z } from 'zod'
import { isOrigin, listOf, wholeNumber } from './values.ts'

/** Rate limits of one process, and the disk space to keep free. */
export const rateLimits = {
  HOLDFAST_REQUESTS_PER_SECOND: wholeNumber(1, 1_000_000)
    .default(100)
    .describe(
      'HTTP requests per second that one process accepts of one member role (`SG/officer`, `TL/institution`), and three times as many in a burst; the others get 429. One person of an officer, FIU or authority role gets half of that',
    ),
  HOLDFAST_CONNECTIONS_PER_ADDRESS: wholeNumber(1, 4_000)
    .default(2_000)
    .describe(
      'Open connections of one address, or one IPv6 /64 network, out of the 4,000 of one process; more are closed. Behind a proxy, all connections have its address',
    ),
  HOLDFAST_BYTES_PER_SECOND: wholeNumber(1_000, 1_000_000_000)
    .default(1_000_000)
    .describe('The same limit for sent bytes, with ten times as many in a burst'),
  HOLDFAST_DISK_FREE_MB: wholeNumber(0, 1_000_000)
    .default(512)
    .describe(
      'Free space that the disk of HOLDFAST_DATA must have: below it, the service is not ready and accepts no new request; below a quarter of it, it accepts nothing',
    ),
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
    .describe(
      'Public address of the desk, such as https://desk.example.org. Every service accepts sessions of its page only from this origin; default: 127.0.0.1 and localhost',
    ),
  HOLDFAST_PUBLIC_ORIGINS: listOf(
    z.string().refine(isOrigin, {
      message:
        'must be origins such as https://freeze.example.org, several separated by commas, without a path; http only for 127.0.0.1 and localhost',
    }),
  )
    .optional()
    .describe(
      'Public addresses of this service for members and institutions, such as https://freeze.example.org, separated by commas. The address (htu) of a DPoP proof must be at one of them or at HOLDFAST_DESK_URL; default: 127.0.0.1 and localhost',
    ),
  HOLDFAST_CLIENT_CERT_HEADER: z
    .enum(['ignore', 'trust'])
    .default('ignore')
    .describe(
      'Whether to trust the header `Client-Cert` (RFC 9440, or the form of `$ssl_client_escaped_cert` of nginx), which tokens bound to a certificate need. With `trust`, a proxy before every ingress must set it from TLS and remove what clients send, and no other program may reach this service',
    ),
}
