from consult.models.user import User, is_verified_staff

__all__ = ["User", "is_verified_staff"]
