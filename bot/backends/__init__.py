"""Image backends: one module or package each, all behind ``bot.services.ports.images.ImageBackend``."""
