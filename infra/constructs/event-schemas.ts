import { CfnRegistry, CfnSchema } from 'aws-cdk-lib/aws-eventschemas'
import type { Construct } from 'constructs'
import type { EventDefinition } from '#kit/define-event.ts'
import { eventSchema, eventSchemaName } from '#kit/event-schema.ts'
import { nameOf, type Platform } from './platform.ts'
import { pascal } from './queues.ts'

/**
 * A schema registry with one schema per event, for those who write rules on the bus: they read what a target gets, and
 * generate types from it. A schema that changes gets a new version beside the ones before.
 */
export const eventSchemas = (scope: Construct, platform: Platform, events: readonly EventDefinition[]): void => {
  const registry = new CfnRegistry(scope, 'EventSchemas', {
    registryName: nameOf(platform, 'events'),
    description: `What Switchboard (${platform.settings.environment}) says on its event bus`,
  })
  for (const event of events) {
    new CfnSchema(scope, `Schema${pascal(event.type.replace(/[._]/g, '-'))}`, {
      registryName: registry.attrRegistryName,
      schemaName: eventSchemaName(event),
      type: 'OpenApi3',
      description: event.summary.slice(0, 256),
      content: JSON.stringify(eventSchema(event)),
    })
  }
}
