from django.urls import path

from catalog import views

urlpatterns = [
    path("branches", views.BranchesView.as_view()),
    path("branches/serving", views.ServingView.as_view()),
    path("menu", views.MenuView.as_view()),
    path("categories", views.CategoriesView.as_view()),
    path("products", views.ProductsView.as_view()),
    path("products/<uuid:product_id>", views.ProductView.as_view()),
]
