import { z } from 'zod'
import { isOrigin, listOf, wholeNumber } from './values.ts'

/** What each may ask of one process, and the room that has to be left. */
export const rateLimits = {
  HOLDFAST_REQUESTS_PER_SECOND: wholeNumber(1, 1_000_000)
    .default(100)
    .describe(
      'How many HTTP requests of one side of a member (`SG/officer`, `TL/institution`) one process takes a second, and three times as many at once; what is more gets 429. An officer, or who is of an FIU or an authority, may ask half of that',
    ),
  HOLDFAST_CONNECTIONS_PER_ADDRESS: wholeNumber(1, 4_000)
    .default(2_000)
    .describe(
      'How many of the 4,000 connections of one process one address may have open, or one IPv6 network of 64 bits; what is more is closed. Behind a proxy all come from its address',
    ),
  HOLDFAST_BYTES_PER_SECOND: wholeNumber(1_000, 1_000_000_000)
    .default(1_000_000)
    .describe('The same for the bytes that it sends, and ten times as many at once'),
  HOLDFAST_DISK_FREE_MB: wholeNumber(0, 1_000_000)
    .default(512)
    .describe(
      'Room that has to be left on the disk of HOLDFAST_DATA: below it no new request is taken and the service is not ready, below a quarter of it nothing is taken',
    ),
}

/** How many may read all day. */
export const openStreams = {
  HOLDFAST_STREAMS_PER_MEMBER: wholeNumber(1, 100_000)
    .default(100)
    .describe('Streams and exports that one member may have open at one desk'),
  HOLDFAST_STREAMS_MAX: wholeNumber(1, 100_000)
    .default(1_000)
    .describe('Streams and exports that all members together may have open at one desk'),
}

/** By which addresses a service is known, and what its proxy says. */
export const addresses = {
  HOLDFAST_DESK_URL: z
    .string()
    .refine(isOrigin, {
      message: 'must be an origin such as https://desk.example.org, without a path; http only for 127.0.0.1 and localhost',
    })
    .optional()
    .describe(
      'Where browsers find the desk, such as https://desk.example.org: sessions of its page count from there alone, for every service. Without it they count at 127.0.0.1 and localhost',
    ),
  HOLDFAST_PUBLIC_ORIGINS: listOf(
    z.string().refine(isOrigin, {
      message:
        'must be origins such as https://freeze.example.org, several with commas between, without a path; http only for 127.0.0.1 and localhost',
    }),
  )
    .optional()
    .describe(
      'Where members and their institutions find this service, such as https://freeze.example.org, several with commas between: the address (htu) of a DPoP proof has to be at one of them, or at HOLDFAST_DESK_URL. Without either it counts at 127.0.0.1 and localhost',
    ),
  HOLDFAST_CLIENT_CERT_HEADER: z
    .enum(['ignore', 'trust'])
    .default('ignore')
    .describe(
      'Whether the header `Client-Cert` (RFC 9440) says by which certificate a client has connected: tokens that are bound to one count then. It has the form of RFC 9440, or that of `$ssl_client_escaped_cert` of nginx. With `trust` a proxy before every door sets it from TLS, takes away what clients send under that name, and nothing else reaches this service',
    ),
}
