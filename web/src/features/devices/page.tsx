import { Route, Switch } from 'wouter'
import { useLiveDevices } from './api.ts'
import { DevicePage } from './device-page.tsx'
import { ListPage } from './list-page.tsx'
import { NoDevice } from './no-device.tsx'
import { PairPage } from './pair-page.tsx'

/** The connection manager: the list, one device, and pairing it. */
const DevicesPage = () => {
  useLiveDevices()
  return (
    <Switch>
      <Route path="/">
        <ListPage />
      </Route>
      <Route path="/:id/pair">{({ id }) => <PairPage key={id} id={Number(id)} />}</Route>
      <Route path="/:id/:tab?">{({ id, tab }) => <DevicePage key={id} id={Number(id)} tab={tab} />}</Route>
      <Route>
        <NoDevice />
      </Route>
    </Switch>
  )
}

export default DevicesPage
