import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { ServiceContext } from '@holdfast/service-kit'
import { createNonce, withPageHeaders } from './page-headers.ts'
import { refuseAsPage, wantsPage } from './plain-page.ts'

/** The folder of the built page. */
export const builtPage = fileURLToPath(new URL('../../../../packages/desk-web/dist', import.meta.url))

const open = { config: { open: true } } as const
const yearMs = 365 * 24 * 3_600_000
/** Names that the build gives to assets; no subfolders. */
const assetName = /^[\w-][\w.-]*$/
/** The placeholder of the nonce in index.html. */
const noncePlaceholder = '__NONCE__'
/** Paths with answers of their own, which are not of the page. */
const notOfThePage = /^\/(v1|auth|health|assets|development-sign-in)(\/|$)/
const notBuilt = { code: 'UNAVAILABLE', message: 'The page is not built. Run npm run build -w packages/desk-web.' } as const

/**
 * Serves the built page. `/assets/*` has content hashes in its names and is cacheable for a year, compressed if a
 * compressed file exists. Every other address gets index.html with a new nonce. The page may be built while the desk
 * runs.
 */
export function servePage({ http }: Pick<ServiceContext, 'http'>, folder: string): void {
  http.register(fastifyStatic, { serve: false, root: folder, preCompressed: true, dotfiles: 'ignore', suppressWarning: true })

  http.get<{ Params: { '*': string } }>('/assets/*', open, (request, reply) => {
    const name = request.params['*']
    if (!assetName.test(name)) return reply.callNotFound()
    // A shared cache must know that the answer depends on the encoding.
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
      .send(html.replaceAll(noncePlaceholder, nonce))
  })
}
