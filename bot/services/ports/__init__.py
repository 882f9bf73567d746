"""The protocols that services own and adapters implement."""
