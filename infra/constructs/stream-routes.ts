import { createHash } from 'node:crypto'
import { Aws } from 'aws-cdk-lib'
import { CfnDeployment, CfnMethod, CfnResource, type CfnRestApi, CfnStage } from 'aws-cdk-lib/aws-apigateway'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { accept } from './nag.ts'
import { pascal } from './queues.ts'

/** The longest an answer may stream: what API Gateway and Lambda both allow. */
export const LONGEST_STREAM_SECONDS = 900

/** A function with the paths (greedy or exact) that lead to it. */
export type StreamTarget = { fn: LambdaFunction; paths: string[] }

/** Routes of a REST API whose answers reach the caller while functions write them, and the stage that serves them. */
export const streamRoutes = (scope: Construct, api: CfnRestApi, stageName: string, targets: StreamTarget[]): void => {
  const resources = new Map<string, CfnResource>()
  const methods = targets.flatMap(({ fn, paths }) =>
    paths.map((path) => method(scope, api, resourceAt(scope, api, resources, path), path, fn)),
  )
  // A deployment is a copy of the routes as they are: other routes need another one.
  const version = createHash('sha256')
    .update(JSON.stringify(targets.map(({ paths }) => paths)))
    .digest('hex')
    .slice(0, 8)
  const deployment = new CfnDeployment(scope, `StreamDeployment${version}`, { restApiId: api.ref })
  for (const one of methods) deployment.addResourceDependency(one)
  const stage = new CfnStage(scope, 'StreamStage', { restApiId: api.ref, deploymentId: deployment.ref, stageName })
  const logged =
    'the function logs every request without its query; logs of a REST API need a role set for the whole account'
  accept(stage, 'APIG1', logged)
  accept(stage, 'APIG6', logged)
  accept(stage, 'APIG3', 'the web ACL is on CloudFront, and the functions refuse what did not come through it')
}

/** The resource of a path, with those above it, each made once. */
const resourceAt = (scope: Construct, api: CfnRestApi, made: Map<string, CfnResource>, path: string): CfnResource => {
  const known = made.get(path)
  if (known) return known
  const cut = path.lastIndexOf('/')
  const above = path.slice(0, cut)
  const resource = new CfnResource(scope, `Path${idOf(path)}`, {
    restApiId: api.ref,
    parentId: above === '' ? api.attrRootResourceId : resourceAt(scope, api, made, above).ref,
    pathPart: path.slice(cut + 1),
  })
  made.set(path, resource)
  return resource
}

const idOf = (path: string): string => pascal(path.replace(/[{}+]/g, '').replaceAll('/', '-'))

const method = (
  scope: Construct,
  api: CfnRestApi,
  resource: CfnResource,
  path: string,
  fn: LambdaFunction,
): CfnMethod => {
  const made = new CfnMethod(scope, `Any${idOf(path)}`, {
    restApiId: api.ref,
    resourceId: resource.ref,
    // Every method: the function answers those that no operation has, and the question of a browser before it asks.
    httpMethod: 'ANY',
    authorizationType: 'NONE',
    integration: {
      type: 'AWS_PROXY',
      integrationHttpMethod: 'POST',
      uri: `arn:${Aws.PARTITION}:apigateway:${Aws.REGION}:lambda:path/2021-11-15/functions/${fn.functionArn}/response-streaming-invocations`,
      responseTransferMode: 'STREAM',
      timeoutInMillis: LONGEST_STREAM_SECONDS * 1000,
    },
  })
  const own = 'the five documents know nine kinds of credential; the function authenticates all of them'
  accept(made, 'APIG4', own)
  accept(made, 'COG4', own)
  return made
}
