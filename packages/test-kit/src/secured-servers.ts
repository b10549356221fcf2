import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKafkaAccess, type KafkaRule } from '@holdfast/streams/kafka'
import { type Authority, type CertificateFiles, createAuthority } from './certificates.ts'
import { type KafkaServer, newClusterId, startKafka } from './kafka-server.ts'
import { answersAsKafka, ask, freePort } from './ports.ts'
import { type RedisServer, startRedis } from './redis-server.ts'

/** A broker that refuses unknown users, and all that no rule allows. */
export interface SecuredKafka {
  readonly server: KafkaServer
  /** Where users come with a password, by TLS. */
  readonly byPassword: string
  /** Where they come with a certificate. */
  readonly byCertificate: string
  /** What it has allowed and refused since it was started: a line for each question. */
  decisions(): Decision[]
  /** Gives a user a right, as an operator would who makes a mistake. */
  allow(rule: Omit<KafkaRule, 'permission' | 'host'>): Promise<void>
}

export interface Decision {
  readonly user: string
  readonly isAllowed: boolean
  readonly operation: string
  /** `Topic:LITERAL:freeze.ledger` */
  readonly resource: string
}

/** A folder of certificates, and what was started with them. */
export interface SecuredServers {
  readonly folder: string
  readonly authority: Authority
  /** Of who administers the brokers. */
  readonly operator: CertificateFiles
  startKafka(): Promise<SecuredKafka>
  /** By TLS alone. `aclFile`: who may do what there; `appendonly` for one that keeps keys. */
  startRedis(aclFile: string, appendonly?: boolean): Promise<{ readonly server: RedisServer; readonly url: string }>
  stop(): Promise<void>
}

export async function createSecuredServers(): Promise<SecuredServers> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-secured-'))
  const authority = await createAuthority(folder)
  const [broker, redis, operator] = await Promise.all(['broker', 'redis', 'operator'].map(name => authority.issue(name)))
  if (!broker || !redis || !operator) throw new Error('no certificates')
  const ca = readFileSync(authority.cert)
  const stops: (() => Promise<void>)[] = []
  return {
    folder,
    authority,
    operator,
    async startKafka() {
      const [port, certificatePort, controllerPort] = [await freePort(), await freePort(), await freePort()]
      const listeners = `SASL_SSL://127.0.0.1:${port},SSL://127.0.0.1:${certificatePort}`
      const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;'
      const settings = {
        listeners: `${listeners},CONTROLLER://127.0.0.1:${controllerPort}`,
        'advertised.listeners': listeners,
        'listener.security.protocol.map': 'CONTROLLER:SSL,SASL_SSL:SASL_SSL,SSL:SSL',
        'inter.broker.listener.name': 'SSL',
        'ssl.keystore.type': 'PEM',
        'ssl.keystore.location': broker.both,
        'ssl.truststore.type': 'PEM',
        'ssl.truststore.location': authority.cert,
        'listener.name.ssl.ssl.client.auth': 'required',
        'listener.name.controller.ssl.client.auth': 'required',
        // CN=ledger is the user ledger.
        'ssl.principal.mapping.rules': 'RULE:^CN=([a-z0-9.-]+)$/$1/',
        'sasl.enabled.mechanisms': 'SCRAM-SHA-512,SCRAM-SHA-256',
        'listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config': scram,
        'listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config': scram,
        'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
        'super.users': 'User:broker;User:operator',
      }
      const server = await startKafka({
        port,
        node: { clusterId: newClusterId(), controllerPort, settings },
        answers: () => answersAsKafka(port, { ca }),
        java: ['-Dorg.slf4j.simpleLogger.log.kafka.authorizer.logger=debug'],
      })
      stops.push(server.stop)
      return {
        server,
        byPassword: `127.0.0.1:${port}`,
        byCertificate: `127.0.0.1:${certificatePort}`,
        decisions: () => decisionsIn(readFileSync(join(server.dataDir, 'broker.log'), 'utf8')),
        async allow(rule) {
          const own = { ca, cert: readFileSync(operator.cert), key: readFileSync(operator.key) }
          const access = createKafkaAccess({ brokers: [`127.0.0.1:${certificatePort}`], ssl: own })
          await access.allow([{ ...rule, permission: 'allow', host: '*' }]).finally(access.close)
        },
      }
    },
    async startRedis(aclFile, appendonly = false) {
      const port = await freePort()
      const server = await startRedis({
        port,
        appendonly,
        settings: [
          ...['--port', '0', '--tls-port', `${port}`, '--tls-auth-clients', 'no', '--aclfile', aclFile],
          ...['--tls-cert-file', redis.cert, '--tls-key-file', redis.key, '--tls-ca-cert-file', authority.cert],
        ],
        // A client without a user gets this answer.
        answers: async () => (await ask(port, 'PING\r\n', 1_000, { ca }))?.toString().startsWith('-NOAUTH') === true,
      })
      stops.push(server.stop)
      return { server, url: `rediss://127.0.0.1:${port}` }
    },
    async stop() {
      await Promise.all(stops.map(stop => stop()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const decisionPattern = /Principal = User:(\S+) is (Allowed|Denied) operation = (\w+) from host = \S+ on resource = (\S+)/g

const decisionsIn = (log: string): Decision[] =>
  [...log.matchAll(decisionPattern)].map(([, user = '', outcome, operation = '', resource = '']) => ({
    user,
    isAllowed: outcome === 'Allowed',
    operation,
    resource,
  }))
