"""What every cog stands on: durable components, one error boundary, one way to answer."""
