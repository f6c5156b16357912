import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { App } from 'aws-cdk-lib'
import { z } from 'zod'
import type { Code } from '#infra/bundle.ts'
import type { Catalogue } from '#infra/catalogue.ts'
import { readSettings } from '#infra/settings.ts'
import { addStacks } from '#infra/stage.ts'
import { defineEvent } from '#kit/define-event.ts'
import { defineJob, type Job } from '#kit/define-job.ts'
import { defineOperation, type Operation } from '#kit/define-operation.ts'
import { defineSubscriber } from '#kit/define-subscriber.ts'
import cdkJson from '../../cdk.json' with { type: 'json' }

/** A template as far as the tests read it. */
export type Template = {
  Resources: Record<string, Resource>
  Outputs?: Record<string, unknown>
}

/** One resource of a template. */
export type Resource = { Type: string; Properties?: Record<string, unknown> } & Record<string, unknown>

const job = (name: string, trigger: Job['trigger'], needs: Job['needs']): { file: string; value: Job } => ({
  file: `functions/jobs/${name}.ts`,
  value: defineJob({ name, summary: `The ${name} job`, trigger, needs, handler: async () => undefined }),
})

/** A small product with one unit of every kind, so that the golden templates change only when infrastructure does. */
export const smallCatalogue = (): Catalogue => ({
  domains: [
    {
      name: 'chat',
      operations: [
        {
          file: 'functions/api/chat/send-text.ts',
          value: defineOperation({
            key: 'own POST /chat/send/text',
            group: 'chat',
            summary: 'Sends a text',
            auth: ['deviceToken'],
            input: {},
            output: z.unknown(),
            errors: [],
            needs: { main: 'readWrite', session: 'read', commands: 'send', media: 'read', platformSecret: 'read' },
            handler: async () => ({}),
          }) as Operation,
        },
      ],
    },
    {
      name: 'media',
      operations: [
        {
          file: 'functions/api/media/get-media.ts',
          value: defineOperation({
            key: 'own GET /media/{conversationId}/{messageId}',
            group: 'media',
            summary: 'File of a message',
            auth: ['deviceToken'],
            input: {},
            output: z.string(),
            errors: [],
            needs: { media: 'read' },
            streaming: true,
            handler: async () => '',
          }) as Operation,
        },
      ],
    },
  ],
  subscribers: [
    {
      file: 'functions/events/push-on-message.ts',
      value: defineSubscriber({
        name: 'push-on-message',
        summary: 'Pushes messages to open sockets',
        events: ['message.received'],
        needs: { main: 'read', sockets: 'push', deliveries: 'send' },
        handler: async () => undefined,
      }),
    },
  ],
  jobs: [
    job('project-events', { kind: 'pipe' }, {}),
    job('deliver', { kind: 'queue', queue: 'deliveries', batchSize: 10 }, { main: 'readWrite', media: 'read' }),
    job('scale-fleet', { kind: 'schedule', rate: 'rate(1 minute)' }, { session: 'readWrite', fleet: 'scale' }),
    job('sockets', { kind: 'socket' }, { main: 'readWrite', sockets: 'push', authKey: 'use' }),
    job('set-up', { kind: 'manual' }, { main: 'readWrite', platformSecret: 'read' }),
  ],
  events: [
    defineEvent({
      type: 'message.received',
      version: 1,
      summary: 'A message arrived.',
      data: z.object({ messageId: z.string() }),
      project: () => ({ messageId: '' }),
    }),
  ],
})

/** Stands in for bundles and pages: a folder with an index for any name. */
export const emptyCode = (): Code => {
  const root = mkdtempSync(path.join(tmpdir(), 'bundles-'))
  const pages = path.join(root, 'pages')
  mkdirSync(path.join(pages, 'assets'), { recursive: true })
  writeFileSync(path.join(pages, 'index.html'), '<!doctype html>\n')
  writeFileSync(path.join(pages, 'assets', 'index.js'), '// the dashboard\n')
  return {
    directoryOf: (name) => {
      const directory = path.join(root, name)
      mkdirSync(directory, { recursive: true })
      writeFileSync(path.join(directory, name === 'session-runner' ? 'main.mjs' : 'index.mjs'), `// ${name}\n`)
      writeFileSync(path.join(directory, 'Dockerfile'), 'FROM scratch\n')
      return directory
    },
    bundles: [],
    pages,
    undeployable: [],
  }
}

/** The app of a catalogue before synthesis, and its templates by stack name after it. */
export const synthesise = (
  catalogue: Catalogue,
  code: Code = emptyCode(),
  settings: Record<string, string> = {},
): { app: App; templates: Record<string, Template> } => {
  const app = new App({ context: cdkJson.context, outdir: mkdtempSync(path.join(tmpdir(), 'assembly-')) })
  addStacks(
    app,
    readSettings((name) => settings[name]),
    catalogue,
    code,
  )
  const { stacks } = app.synth()
  return {
    app,
    templates: Object.fromEntries(stacks.map((stack) => [stack.stackName, stack.template as Template])),
  }
}

/** All resources of one type over all templates, with `stack/logicalId` as their name. */
export const resourcesOf = (templates: Record<string, Template>, type: string): { id: string; resource: Resource }[] =>
  Object.entries(templates).flatMap(([stack, template]) =>
    Object.entries(template.Resources ?? {})
      .filter(([, resource]) => resource.Type === type)
      .map(([logicalId, resource]) => ({ id: `${stack}/${logicalId}`, resource })),
  )
