import { guardRequests } from './iam/guard-requests.ts'
import { POLICY_FILE_VARIABLE, readPolicyFile } from './iam/policy.ts'

/**
 * Imported before a Lambda bundle in its thread, or before the session-runner with `--import`: from then on calls to the
 * local AWS endpoints that the role's policies do not allow are refused as AWS refuses them. Acting at import is its
 * whole purpose. Without the variable that names the policy file nothing is checked.
 */
const file = process.env[POLICY_FILE_VARIABLE]
if (file) guardRequests(readPolicyFile(file))
