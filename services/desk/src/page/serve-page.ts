import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { ServiceContext } from '@holdfast/service-kit'
import { createNonce, withPageHeaders } from './page-headers.ts'
import { refuseAsPage, wantsPage } from './plain-page.ts'

/** Where the page of this version is built. */
export const builtPage = fileURLToPath(new URL('../../../../packages/desk-web/dist', import.meta.url))

const open = { config: { open: true } } as const
const yearMs = 365 * 24 * 3_600_000
/** As builds name them, in no folder of their own. */
const assetName = /^[\w-][\w.-]*$/
/** What stands in index.html wherever its answer's nonce belongs. */
const noncePlace = '__NONCE__'
/** Addresses that are nothing of the page, and tell so in their own words. */
const notOfThePage = /^\/(v1|auth|health|assets|development-sign-in)(\/|$)/
const notBuilt = { code: 'UNAVAILABLE', message: 'the page is not built: npm run build -w packages/desk-web' } as const

/**
 * Serves the page from a folder that a build made: `/assets/*`, whose names change with what is in them, for a year, packed where a packed
 * file lies beside; index.html for every other address that a browser goes to, with a nonce of its own each time. It may be built while the
 * desk runs.
 */
export function servePage({ http }: Pick<ServiceContext, 'http'>, folder: string): void {
  http.register(fastifyStatic, { serve: false, root: folder, preCompressed: true, dotfiles: 'ignore', suppressWarning: true })

  http.get<{ Params: { '*': string } }>('/assets/*', open, (request, reply) => {
    const name = request.params['*']
    if (!assetName.test(name)) return reply.callNotFound()
    // Whoever keeps it for others has to know that there are several of it.
    return withPageHeaders(reply).header('vary', 'accept-encoding').sendFile(`assets/${name}`, { maxAge: yearMs, immutable: true })
  })

  http.get('/*', open, async (request, reply) => {
    const path = request.url.split('?')[0] ?? ''
    if (notOfThePage.test(path) || (path !== '/' && !wantsPage(request))) return reply.callNotFound()
    const html = await readFile(join(folder, 'index.html'), 'utf8').catch(() => undefined)
    if (html === undefined) return refuseAsPage(request, reply, notBuilt, { title: 'The desk has no page yet' })
    const nonce = createNonce()
    return withPageHeaders(reply, nonce)
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(html.replaceAll(noncePlace, nonce))
  })
}
