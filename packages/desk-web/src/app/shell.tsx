import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { Link, Navigate, Outlet, useChildMatches, useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { signIn, signOut, whenSignedOut } from '../api/client.ts'
import { startLive } from '../api/live.ts'
import { drafts } from '../commands/drafts.ts'
import { ActingPerson } from '../components/acting-person.tsx'
import { Button } from '../components/button.tsx'
import { zoneName } from '../components/instant.tsx'
import { useTranslate } from '../locales/index.ts'
import { Palette } from '../palette/palette.tsx'
import { firstPageOf, pagesFor } from '../session/pages.ts'
import { sessionQuery, useSession } from '../session/use-session.ts'
import { serverNowMs, setServerTime } from '../time/server-time.ts'
import { LiveMark } from './live-mark.tsx'
import { SettingsMenu } from './settings-menu.tsx'

let hasBegun = false

const draftCheckMs = 30_000

/** Whether a person is signed in; the previous answer while that is unknown. */
const isSignedIn = (client: QueryClient): Promise<boolean> =>
  client.fetchQuery(sessionQuery).then(
    who => who !== null,
    () => true,
  )

export function Shell() {
  const t = useTranslate()
  const router = useRouter()
  const client = useQueryClient()
  const session = useSession()
  const who = session.data
  const isOperator = who?.role === 'operator'
  // By the shown page, not by the address, which changes first: a page of members would show until the other is loaded.
  const shown = useChildMatches({ select: ([match]) => match?.routeId })
  useEffect(() => {
    if (!who) return
    setServerTime(who.now)
    const isFirst = !hasBegun
    hasBegun = true
    // An operator sees no facts.
    if (who.role === 'operator') return
    startLive({ isSignedIn: () => isSignedIn(client), onMissed: () => void client.invalidateQueries() })
    // For the address of the desk without a page.
    if (isFirst && location.pathname === '/' && location.search === '') void router.navigate({ to: firstPageOf(who), replace: true })
  }, [who, router, client])
  useEffect(() => {
    const check = (): void => drafts.discardStale(who)
    check()
    const timer = setInterval(check, draftCheckMs)
    return () => clearInterval(timer)
  }, [who])
  useEffect(() => whenSignedOut(() => void isSignedIn(client)), [client])
  if (session.isPending) return <p className="blank">{t('loading')}</p>
  // Who has signed in stays so while the line is cut.
  if (session.isError && session.data === undefined)
    return (
      <div className="blank" role="alert">
        <p>{t('notReached')}</p>
        <Button onClick={() => session.refetch()}>{t('retry')}</Button>
      </div>
    )
  if (!who) return <SignedOut />
  return (
    <>
      <a className="skip" href="#content">
        {t('skip')}
      </a>
      <header className="bar cluster across-5">
        <Link to={isOperator ? '/operations' : firstPageOf(who)} className="brand">
          Holdfast
        </Link>
        <nav className="cluster top gap-4" aria-label={t('menu')}>
          {isOperator ? (
            <Link to="/operations">{t('operations.name')}</Link>
          ) : (
            pagesFor(who, t).map(({ path, name }) => (
              <Link key={path} to={path} activeOptions={{ exact: path === '/', includeSearch: false }}>
                {name}
              </Link>
            ))
          )}
        </nav>
        {!isOperator && <Palette />}
        {!isOperator && <LiveMark />}
        <div className="who cluster across-3 apart">
          <span>
            <ActingPerson who={who} />
          </span>
          <SettingsMenu />
          <Button
            onClick={() => {
              drafts.endAll()
              void signOut()
            }}
          >
            {t('signOut')}
          </Button>
        </div>
      </header>
      {who.development && (
        <p className="callout" role="note">
          {t('developmentSignIn')}
        </p>
      )}
      <main id="content" tabIndex={-1}>
        {isOperator && shown !== '/operations' ? <Navigate to="/operations" replace /> : <Outlet />}
      </main>
      {/* A report has its instants in UTC. */}
      {shown !== '/cases/$country/$reference/report' && (
        <footer className="zone quiet small">{t('timeZone', { zone: zoneName(t.tag, new Date(serverNowMs())) })}</footer>
      )}
    </>
  )
}

/** Tells the reader that the session has ended, because the page still shows its data. */
function SignedOut() {
  const t = useTranslate()
  return (
    <main className="blank">
      <div role={hasBegun ? 'alert' : undefined}>
        <h1>{hasBegun ? t('sessionEnded') : 'Holdfast'}</h1>
        <p className="quiet">{hasBegun ? t('sessionEndedAgain') : t('signInWhy')}</p>
      </div>
      <Button kind="primary" onClick={() => signIn()}>
        {t('signIn')}
      </Button>
    </main>
  )
}

export function NotFound() {
  const t = useTranslate()
  return (
    <div className="blank">
      <p>{t('notFound')}</p>
      <Link to="/">{t('toBoard')}</Link>
    </div>
  )
}
