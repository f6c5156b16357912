import { dynamodbClient } from '#kit/aws.ts'
import { lazy } from '#kit/lazy.ts'
import { resource } from '#kit/resources.ts'
import { makeTable, type Table } from './table.ts'

/** The main table of this process. */
export const mainTable: () => Table = lazy(() => makeTable(dynamodbClient(), resource('MAIN_TABLE')))

/** The session table of this process. */
export const sessionTable: () => Table = lazy(() => makeTable(dynamodbClient(), resource('SESSION_TABLE')))
