import Settings

extension SqsdSettings {
  static let table = SettingTable(
    program: "sqsd",
    summary: "polls SQS, POSTs each message to a local HTTP endpoint, deletes it on success and leaves it otherwise.",
    environmentPrefix: "SQSD",
    commands: [
      .init("run", "polls and delivers"),
      .init("health", "asks a running sqsd at --admin-address; exits 0 if it is well, 1 if not"),
      .init(
        "check", "says what is wrong or odd with the settings and cron.yaml; exits 0 if nothing is wrong",
        arguments: ["[DIR]"],
        options: [
          .init(
            "next", placeholder: "N", "how many firings of each periodic task it tells, 0–100; 5 if it is not given"),
          .init(
            "at", placeholder: "TIME",
            "the time after which they are, such as 2026-01-01T00:00:00Z; now if it is not given"),
          .init("json", "periodic tasks and what is to be said of them, for programs"),
        ]),
      .init(
        "config", "tells every setting, its value and where it came from",
        options: [.init("json", "the same for programs")], needsSettings: true),
    ],
    laterCommands: ["replay", "redrive", "import"],
    declarations: [
      queueURL.declaration, queueShares.declaration, httpURL.declaration, httpPath.declaration, mimeType.declaration,
      userAgent.declaration,
      httpConnections.declaration, connectTimeout.declaration, inactivityTimeout.declaration,
      visibilityTimeout.declaration, heartbeat.declaration, errorVisibilityTimeout.declaration,
      retryBackoff.declaration, retentionPeriod.declaration, success.declaration, healthPath.declaration,
      cronFile.declaration, cronYAML.declaration, cronTable.declaration, cronAlone.declaration, cronQueue.declaration,
      cronCatchUp.declaration, drainTimeout.declaration, taskProtection.declaration, signingSecretFile.declaration,
      http2.declaration, adminAddress.declaration, adminTokenFile.declaration, config.declaration,
      logFormat.declaration,
      logLevel.declaration,
    ],
    footer: """
      Credentials, the first that applies: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; AWS_WEB_IDENTITY_TOKEN_FILE and
      AWS_ROLE_ARN; the profile AWS_PROFILE, else default, of ~/.aws/config and ~/.aws/credentials; the role of the ECS task
      or EKS pod; the role of the EC2 instance.
      Region: the queue URL's, else AWS_REGION, else AWS_DEFAULT_REGION, else the profile's, else that of the ECS task or
      EC2 instance. Endpoint: AWS_ENDPOINT_URL_SQS, else AWS_ENDPOINT_URL, else the profile's, else the region's.
      SIGTERM or SIGINT drains: running POSTs finish, deletes are flushed. A second one exits at once.
      """)
}
