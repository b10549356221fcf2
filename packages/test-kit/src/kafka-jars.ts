import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { mavenJars, mustRun } from './maven-jars.ts'

/** Where the repository keeps what a broker on this machine needs: `pom.xml`, `server.properties`, and the jars once they are fetched. */
export const kafkaFolder = fileURLToPath(new URL('../../../infra/kafka/', import.meta.url))

export interface KafkaJars {
  readonly folder: string
  readonly version: string
}

/**
 * The broker's jars (54 MB), fetched by Maven the first time: some seconds where they are near. Safe to call from many processes at once.
 * Throws an error that says what to install where Java or Maven is missing.
 */
export async function kafkaJars(): Promise<KafkaJars> {
  await mustRun('java', ['-version'], 'a Java runtime of version 17 or later (Debian: apt-get install default-jre-headless)')
  const folder = await mavenJars(kafkaFolder, "Kafka's jars")
  const version = readdirSync(folder)
    .map(name => /^kafka_2\.13-(.+)\.jar$/.exec(name)?.[1])
    .find(found => found !== undefined)
  if (!version) throw new Error(`${folder} has no Kafka in it: remove the folder, so that it is fetched again`)
  return { folder, version }
}
