// The probe as an Azure Container App inside a virtual network: a private vantage that sees private
// endpoints and private DNS zones as the applications in that network do.
//
//   az deployment group create -g GROUP -f deploy/azure/container-app.bicep \
//     -p image=REGISTRY/connlint:0.1.0 subnetId=SUBNET token=TOKEN suffixes='.postgres.database.azure.com' \
//     networks='10.20.0.0/16'

@description('The image that deploy/Dockerfile builds.')
param image string

@description('A subnet of the virtual network, delegated to Microsoft.App/environments, /27 or larger.')
param subnetId string

@description('What every caller has to present, at least 16 characters.')
@secure()
@minLength(16)
param token string

@description('Endings of the host names that may be probed, separated by spaces.')
param suffixes string = '.postgres.database.azure.com'

@description('Networks that may be connected to, separated by spaces.')
param networks string

@description('Where the nearest hops are whose X-Forwarded-For is believed: the range that Azure keeps for the infrastructure of environments with workload profiles.')
param trustedProxies string = '100.100.0.0/16'

@description('Whether the probe can be reached from outside the virtual network.')
param external bool = false

@description('A short name for the place that the probe looks from.')
param vantage string = 'container app'

@description('The address that servers see the probe come from, if it leaves through a NAT gateway.')
param egress string = ''

param location string = resourceGroup().location
param name string = 'connlint-probe'

resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: name
  location: location
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: 30
  }
}

resource environment 'Microsoft.App/managedEnvironments@2024-03-01' = {
  name: name
  location: location
  properties: {
    appLogsConfiguration: {
      destination: 'log-analytics'
      logAnalyticsConfiguration: {
        customerId: logs.properties.customerId
        sharedKey: logs.listKeys().primarySharedKey
      }
    }
    vnetConfiguration: {
      infrastructureSubnetId: subnetId
      internal: !external
    }
    workloadProfiles: [
      {
        name: 'Consumption'
        workloadProfileType: 'Consumption'
      }
    ]
  }
}

resource probe 'Microsoft.App/containerApps@2024-03-01' = {
  name: name
  location: location
  properties: {
    environmentId: environment.id
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      secrets: [
        {
          name: 'token'
          value: token
        }
      ]
      ingress: {
        external: external
        targetPort: 8080
        transport: 'http'
        allowInsecure: false
      }
    }
    template: {
      terminationGracePeriodSeconds: 25
      containers: [
        {
          name: 'probe'
          image: image
          resources: {
            cpu: json('0.25')
            memory: '0.5Gi'
          }
          env: concat([
            {
              name: 'CONNLINT_MODE'
              value: 'private'
            }
            {
              name: 'CONNLINT_LISTEN'
              value: '0.0.0.0:8080'
            }
            {
              name: 'CONNLINT_TOKEN'
              secretRef: 'token'
            }
            {
              name: 'CONNLINT_SUFFIX'
              value: suffixes
            }
            {
              name: 'CONNLINT_ALLOW_CIDR'
              value: networks
            }
            {
              name: 'CONNLINT_TRUSTED_PROXY'
              value: trustedProxies
            }
            {
              name: 'CONNLINT_VANTAGE'
              value: vantage
            }
            {
              name: 'CONNLINT_REGION'
              value: location
            }
            {
              name: 'CONNLINT_SETTLE'
              value: '5'
            }
          ], empty(egress) ? [] : [
            {
              name: 'CONNLINT_EGRESS'
              value: egress
            }
          ])
          probes: [
            {
              type: 'Liveness'
              httpGet: {
                path: '/healthz'
                port: 8080
              }
              periodSeconds: 10
            }
            {
              type: 'Readiness'
              httpGet: {
                path: '/readyz'
                port: 8080
              }
              periodSeconds: 5
            }
          ]
        }
      ]
      scale: {
        minReplicas: 1
        maxReplicas: 3
        rules: [
          {
            name: 'http'
            http: {
              metadata: {
                concurrentRequests: '32'
              }
            }
          }
        ]
      }
    }
  }
}

output fqdn string = probe.properties.configuration.ingress.fqdn
