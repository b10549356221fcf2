import { randomBytes } from 'node:crypto'
import type { FastifyReply } from 'fastify'

/** Browser features that the page may not use. Writing to the clipboard is allowed, to copy identifiers. */
const features = [
  'accelerometer',
  'autoplay',
  'browsing-topics',
  'camera',
  'clipboard-read',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'gamepad',
  'geolocation',
  'gyroscope',
  'hid',
  'idle-detection',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'picture-in-picture',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'usb',
  'xr-spatial-tracking',
]

const fixedHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': features.map(feature => `${feature}=()`).join(', '),
}

/** For one answer: 128 random bits. */
export const createNonce = (): string => randomBytes(16).toString('base64')

/** Allows sources of this origin or with this nonce only. */
const policyFor = (nonce: string | undefined): string => {
  const ours = nonce === undefined ? "'self'" : `'self' 'nonce-${nonce}'`
  return [
    "default-src 'none'",
    `script-src ${ours}`,
    `style-src ${ours}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
}

/** The headers of every answer that a browser shows. */
export const withPageHeaders = (reply: FastifyReply, nonce?: string): FastifyReply =>
  reply.headers({ ...fixedHeaders, 'content-security-policy': policyFor(nonce) })
