/** The part of a browser that signs in: cookies by host, and redirects one at a time. */
export interface Browser {
  /** Sends the cookies of the host and stores those that it sets. Does not follow redirects. */
  fetch(address: string | URL, init?: RequestInit): Promise<Response>
  /** The value of a cookie. */
  cookie(host: string, name: string): string | undefined
}

export function createBrowser(): Browser {
  const jar = new Map<string, Map<string, string>>()
  return {
    async fetch(address, init = {}) {
      const { host } = new URL(address)
      const cookies = jar.get(host) ?? new Map<string, string>()
      jar.set(host, cookies)
      const headers = new Headers(init.headers)
      if (cookies.size > 0) headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
      const answer = await fetch(address, { ...init, headers, redirect: 'manual' })
      for (const text of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(text) ?? []
        if (/; Max-Age=0(;|$)/.test(text)) cookies.delete(name)
        else cookies.set(name, value)
      }
      return answer
    },
    cookie: (host, name) => jar.get(host)?.get(name),
  }
}

/** The target of a redirect. Throws the body of any other answer. */
export async function onwardOf(answer: Response): Promise<string> {
  const to = answer.headers.get('location')
  if (to === null) throw new Error(`${answer.status} is no redirect: ${await answer.text()}`)
  return new URL(to, answer.url).href
}

/** The identity to choose at the development sign-in. */
export interface Chosen {
  readonly country: string
  readonly role: string
  readonly person: string
  readonly unit?: string
}

const page = { headers: { accept: 'text/html' } }

/** Signs in through the chooser of the development sign-in. Returns the last answer, which is a redirect. */
export async function signInAs(browser: Browser, deskUrl: string, chosen: Chosen, query = ''): Promise<Response> {
  const begun = await browser.fetch(`${deskUrl}/auth/sign-in${query}`, page)
  const chooser = await browser.fetch(await onwardOf(begun), page)
  const html = await chooser.text()
  const fields = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ])
  const action = new URL(/<form action="([^"]+)"/.exec(html)?.[1] ?? '', chooser.url)
  const unescaped = fields.map(
    ([name, value = '']) => [name, value.replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))] as const,
  )
  action.search = new URLSearchParams([
    ...unescaped.map(([name = '', value]) => [name, value] as [string, string]),
    ...Object.entries(chosen),
  ]).toString()
  return browser.fetch(await onwardOf(await browser.fetch(action, page)), page)
}
